import { recent } from '../clock.ts';
import type { Log } from '../log/log.ts';
import { type Timed, timeouts } from '../timeouts.ts';

/** So many moves a pool may tell of in a second: when an endpoint fails, all of its clients move. */
const MOST = 10;

const SECOND = 1_000;

/** Tells the log of clients that went from one endpoint to another. */
export class SessionMoves implements Timed {
  deadline = Infinity;
  bucket = 0;
  #since = -Infinity;
  #told = 0;
  #untold = 0;
  readonly #pool: string;
  readonly #log: Log;

  constructor(pool: string, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  /** `id`: of the exchange; `from`: undefined if nobody knows its name any more. */
  report(id: string, from: string | undefined, to: string): void {
    if (recent() - this.#since >= SECOND) {
      this.expire();
      this.#since = recent();
      this.#told = 0;
    }
    if (this.#told++ < MOST)
      this.#log.info('a session goes on elsewhere', { id, pool: this.#pool, from: from ?? 'gone', to });
    else if (this.#untold++ === 0) timeouts.arm(this, this.#since + SECOND);
  }

  expire(): void {
    if (this.#untold === 0) return;
    const facts = { pool: this.#pool, omitted: this.#untold };
    this.#untold = 0;
    timeouts.forget(this);
    this.#log.info('more sessions go on elsewhere than is logged', facts);
  }
}
