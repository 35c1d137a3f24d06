import { now } from '../../clock.ts';
import type { Log } from '../../log/log.ts';
import type { Fault } from './handshake-fault.ts';

/** How often the log may speak of faults of one kind, in milliseconds. */
const PACE = 10_000;

/** Tells the log of handshakes that failed: of each kind one at a time, and how many there were since. */
export class FaultLog {
  readonly #log: Log;
  readonly #kinds = new Map<string, { saidAt: number; omitted: number }>();

  constructor(log: Log) {
    this.#log = log;
  }

  add({ words, detail, matters }: Fault, listener: string, client: string): void {
    const time = now();
    let kind = this.#kinds.get(words);
    if (kind === undefined) {
      kind = { saidAt: -Infinity, omitted: 0 };
      this.#kinds.set(words, kind);
    }
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
}
