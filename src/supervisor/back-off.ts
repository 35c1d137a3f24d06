/** The rest after a first failure, and after many, in milliseconds. */
const FIRST = 100;
const LONGEST = 30_000;

/** A process that ran for so long ran well: what failed before it no longer counts. */
const WELL = 10_000;

/** How long an application rests after a failure: twice as long each time, from 100 ms to 30 s. */
export class BackOff {
  #failures = 0;

  /** The rest after a failure of a process that ran for so many milliseconds. */
  after(ranFor: number): number {
    if (ranFor >= WELL) this.#failures = 0;
    return Math.min(FIRST * 2 ** this.#failures++, LONGEST);
  }

  /** All is well again. */
  reset(): void {
    this.#failures = 0;
  }
}
