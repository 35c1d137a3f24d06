import { recent } from '../clock.ts';
import type { Log } from '../log/log.ts';
import { type Timed, timeouts } from '../timeouts.ts';

/** So many messages a pool may write in a second. */
const MOST = 20;

const SECOND = 1_000;

/** Of one message so many characters are written. */
const LONGEST = 4_096;

/** What the applications of one pool say on their error streams, on its way to the log: so much a second, and no more. */
export class Diagnostics implements Timed {
  deadline = Infinity;
  bucket = 0;
  #since = -Infinity;
  #written = 0;
  #omitted = 0;
  readonly #pool: string;
  readonly #log: Log;

  constructor(pool: string, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  /** Writes a message with the exchange and the endpoint that it belongs to, or counts it among those left out. */
  report(text: string, id: string, endpoint: string | undefined): void {
    if (recent() - this.#since >= SECOND) this.#beginSecond();
    if (this.#written < MOST) {
      this.#written++;
      this.#log.warn('the backend reports', { id, pool: this.#pool, endpoint, text: bounded(text) });
    } else if (this.#omitted++ === 0) {
      timeouts.arm(this, this.#since + SECOND);
    }
  }

  expire(): void {
    if (this.#omitted === 0) return;
    const facts = { pool: this.#pool, omitted: this.#omitted };
    this.#omitted = 0;
    this.#log.warn('the backends report more than is logged', facts);
  }

  #beginSecond(): void {
    this.expire();
    this.#since = recent();
    this.#written = 0;
  }
}

function bounded(text: string): string {
  const whole = text.trimEnd();
  return whole.length <= LONGEST ? whole : `${whole.slice(0, LONGEST)} ..`;
}
