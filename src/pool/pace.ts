/** After a pause so many milliseconds are made up for, and no more: what was put off does not come all at once. */
const MOST_CREDIT = 100;

/** Two looks at a pace are so many milliseconds apart at least. */
const STEP = 10;

/** How fast one may go: so many a second, evenly, the first one at once. */
export class Pace {
  /** A second; Infinity: as fast as can be. */
  readonly rate: number;
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

  /** When it is worth asking again. */
  lookAgain(now: number): number {
    return Math.max(now + STEP, this.#next);
  }
}
