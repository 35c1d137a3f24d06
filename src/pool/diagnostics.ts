import type { Log } from '../log/log.ts';
import { EachSecond } from './each-second.ts';

/** So many messages a pool may write in a second. */
const MOST = 20;

/** Of one message so many characters are written. */
const LONGEST = 4_096;

/** What the applications of one pool say on their error streams, on its way to the log: so much a second, and no more. */
export class Diagnostics {
  readonly #pool: string;
  readonly #log: Log;
  readonly #rate: EachSecond;

  constructor(pool: string, log: Log) {
    this.#pool = pool;
    this.#log = log;
    this.#rate = new EachSecond(MOST, omitted =>
      log.warn('the backends report more than is logged', { pool, omitted }),
    );
  }

  /** Writes a message with the exchange and the endpoint that it belongs to, or counts it among those left out. */
  report(text: string, id: string, endpoint: string | undefined): void {
    if (this.#rate.admits())
      this.#log.warn('the backend reports', { id, pool: this.#pool, endpoint, text: bounded(text) });
  }
}

function bounded(text: string): string {
  const whole = text.trimEnd();
  return whole.length <= LONGEST ? whole : `${whole.slice(0, LONGEST)} ..`;
}
