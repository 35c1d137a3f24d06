import type { Log } from '../log/log.ts';
import { EachSecond } from './each-second.ts';

/** So many moves a pool may tell of in a second: when an endpoint fails, all of its clients move. */
const MOST = 10;

/** Tells the log of clients that went from one endpoint to another. */
export class SessionMoves {
  readonly #pool: string;
  readonly #log: Log;
  readonly #rate: EachSecond;

  constructor(pool: string, log: Log) {
    this.#pool = pool;
    this.#log = log;
    this.#rate = new EachSecond(MOST, omitted =>
      log.info('more sessions go on elsewhere than is logged', { pool, omitted }),
    );
  }

  /** `id`: of the exchange; `from`: undefined if nobody knows its name any more. */
  report(id: string, from: string | undefined, to: string): void {
    if (this.#rate.admits())
      this.#log.info('a session goes on elsewhere', { id, pool: this.#pool, from: from ?? 'gone', to });
  }
}
