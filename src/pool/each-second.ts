import { recent } from '../clock.ts';
import { type Timed, timeouts } from '../timeouts.ts';

const SECOND = 1_000;

/** Lets so many things a second be told, and says afterwards how many more there were. */
export class EachSecond implements Timed {
  deadline = Infinity;
  bucket = 0;
  #since = -Infinity;
  #told = 0;
  #omitted = 0;
  readonly #most: number;
  readonly #tellOmitted: (omitted: number) => void;

  constructor(most: number, tellOmitted: (omitted: number) => void) {
    this.#most = most;
    this.#tellOmitted = tellOmitted;
  }

  /** Whether one more may be told; if not, it is counted among those left out. */
  admits(): boolean {
    if (recent() - this.#since >= SECOND) {
      this.expire();
      this.#since = recent();
      this.#told = 0;
    }
    if (this.#told++ < this.#most) return true;
    if (this.#omitted++ === 0) timeouts.arm(this, this.#since + SECOND);
    return false;
  }

  expire(): void {
    if (this.#omitted === 0) return;
    const omitted = this.#omitted;
    this.#omitted = 0;
    timeouts.forget(this);
    this.#tellOmitted(omitted);
  }
}
