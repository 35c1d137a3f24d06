import { now } from '../../clock.ts';
import type { Log } from '../../log/log.ts';
import type { Fault } from './handshake-fault.ts';

/** How often the log may speak of faults of one kind, in milliseconds. */
const PACE = 10_000;

/** So many are told apart by what they are about; clients make those up. */
const MOST = 16;

interface Kind {
  saidAt: number;
  omitted: number;
}

/**
 * Tells the log of handshakes that failed: of each kind one at a time, and how many there were since. Where an operator may
 * want to do something, those about one certificate are a kind of their own.
 */
export class FaultLog {
  readonly #log: Log;
  readonly #kinds = new Map<string, Kind>();

  constructor(log: Log) {
    this.#log = log;
  }

  add({ words, detail, matters }: Fault, listener: string, client: string): void {
    const time = now();
    const kind = (matters ? this.#kindOf(`${words}: ${detail}`, time) : null) ?? this.#general(words);
    if (time - kind.saidAt < PACE) {
      kind.omitted++;
      return;
    }
    const facts = {
      listener,
      client,
      ...(detail === '' ? {} : { detail }),
      ...(kind.omitted === 0 ? {} : { alike: kind.omitted }),
    };
    kind.saidAt = time;
    kind.omitted = 0;
    if (matters) this.#log.warn(words, facts);
    else this.#log.info(words, facts);
  }
  /** Null: it has not been there lately, and there are too many to tell it from the others. */
  #kindOf(name: string, time: number): Kind | null {
    if (!this.#kinds.has(name) && this.#kinds.size >= MOST) {
      for (const [other, { saidAt }] of this.#kinds) if (time - saidAt >= PACE) this.#kinds.delete(other);
      if (this.#kinds.size >= MOST) return null;
    }
    return this.#general(name);
  }

  #general(name: string): Kind {
    const known = this.#kinds.get(name);
    if (known !== undefined) return known;
    const kind = { saidAt: -Infinity, omitted: 0 };
    this.#kinds.set(name, kind);
    return kind;
  }
}
