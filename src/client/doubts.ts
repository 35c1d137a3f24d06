import { now } from '../clock.ts';
import type { Facts, Log } from '../log/log.ts';

/** How often the log may tell of one kind, in milliseconds. */
const PACE = 60_000;

/** Texts from outside are shown so far. */
const SHOWN = 200;

/** Tells the log of what others say wrongly: one of a kind at a time, and then how many more there were meanwhile. */
export class Doubts {
  readonly #log: Log;
  readonly #told = new Map<string, { at: number; omitted: number }>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** The kind is one of a few sentences; the facts may come from outside. */
  add(kind: string, facts: Facts): void {
    const time = now();
    const told = this.#told.get(kind);
    if (told !== undefined && time - told.at < PACE) {
      told.omitted++;
      return;
    }
    this.#told.set(kind, { at: time, omitted: 0 });
    const more = told === undefined || told.omitted === 0 ? {} : { more: told.omitted };
    this.#log.warn(kind, { ...shown(facts), ...more });
  }
}

function shown(facts: Facts): Facts {
  const entries = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'string' ? fact.slice(0, SHOWN).replace(/[^\x20-\x7e]/g, '?') : fact,
  ]);
  return Object.fromEntries(entries);
}
