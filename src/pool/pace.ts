/** After a pause so many milliseconds are made up for, and no more: what was put off does not come all at once. */
const MOST_CREDIT = 100;

/** Two looks at a pace are so many milliseconds apart at least. */
const STEP = 10;

/** How long a pace lasts that is to grow, in milliseconds. */
const GROWTH_STEP = 1_000;

/** How fast one may go: so many a second, evenly, the first one at once. */
export class Pace {
  /** A second; Infinity: as fast as can be. */
  rate: number;
  /** When it is due to grow; Infinity: it does not yet. */
  #growAt = Infinity;
  /** When the next one may go. */
  #next: number;

  constructor(rate: number, now: number) {
    this.rate = rate;
    this.#next = now;
  }

  /** Whether one may go now; it is counted then. */
  take(now: number): boolean {
    if (this.rate === Infinity) return true;
    if (now < this.#next) return false;
    this.#next = Math.max(this.#next, now - MOST_CREDIT) + 1000 / this.rate;
    return true;
  }

  /** From the first call on it doubles each second. */
  grow(now: number): void {
    if (this.#growAt === Infinity) this.#growAt = now + GROWTH_STEP;
    else if (now >= this.#growAt) {
      this.rate *= 2;
      this.#growAt += GROWTH_STEP;
    }
  }

  /** When it is worth asking again. */
  lookAgain(now: number): number {
    return Math.max(now + STEP, this.#next);
  }
}
