/** Parts of the window, each of which is forgotten as a whole. */
const PARTS = 10;

/** Cells of a part. */
const CELLS = 3;
const ANSWERS = 0;
const FAILED = 1;
const SLOW = 2;

/** How many answers there were of late, and how many of them were bad: counts of a sliding window, in ten parts. */
export class OutcomeWindow {
  answers = 0;
  failed = 0;
  slow = 0;
  readonly #cells = new Int32Array(PARTS * CELLS);
  readonly #width: number;
  /** The number of the part that is being filled. */
  #part = 0;

  /** `length` in milliseconds. */
  constructor(length: number) {
    this.#width = Math.max(1, length / PARTS);
  }

  /** Counts an answer at a moment of the clock, and forgets what is too old by then. */
  count(now: number, failed: boolean, slow: boolean): void {
    const row = this.#row(now);
    this.#cells[row + ANSWERS]!++;
    this.answers++;
    if (failed) {
      this.#cells[row + FAILED]!++;
      this.failed++;
    }
    if (slow) {
      this.#cells[row + SLOW]!++;
      this.slow++;
    }
  }

  /** Counts an answer of before as failed after all. */
  spoil(now: number): void {
    this.#cells[this.#row(now) + FAILED]!++;
    this.failed++;
  }

  clear(): void {
    this.#cells.fill(0);
    this.answers = 0;
    this.failed = 0;
    this.slow = 0;
  }

  /** The cells of the present part; those that it takes the place of are forgotten. */
  #row(now: number): number {
    const part = Math.floor(now / this.#width);
    if (part - this.#part >= PARTS) this.clear();
    else for (let i = this.#part + 1; i <= part; i++) this.#forget((i % PARTS) * CELLS);
    this.#part = part;
    return (part % PARTS) * CELLS;
  }

  #forget(row: number): void {
    this.answers -= this.#cells[row + ANSWERS]!;
    this.failed -= this.#cells[row + FAILED]!;
    this.slow -= this.#cells[row + SLOW]!;
    this.#cells.fill(0, row, row + CELLS);
  }
}
