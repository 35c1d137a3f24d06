/** Parts into which the time that a process may be idle is cut. */
const PARTS = 4;

/** The shortest part, in milliseconds. */
const SHORTEST = 20;

/**
 * How many processes the load of late has needed: the most requests that were in flight at once, over a sliding time. A
 * process is idle when all of them would have found room without it, however they were spread.
 */
export class Demand {
  /** Milliseconds between two samples. */
  readonly pace: number;
  readonly #peaks: number[];
  readonly #concurrency: number;

  constructor(idleTimeout: number, concurrency: number) {
    this.pace = Math.max(SHORTEST, Math.ceil(idleTimeout / PARTS));
    this.#peaks = new Array(PARTS).fill(Infinity);
    this.#concurrency = concurrency;
  }

  /** Takes the highest number in flight since the sample before. */
  sample(peak: number): void {
    this.#peaks.shift();
    this.#peaks.push(peak);
  }

  /** Infinity: it is too early to tell. */
  get processes(): number {
    return Math.ceil(Math.max(...this.#peaks) / this.#concurrency);
  }
}
