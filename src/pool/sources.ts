/** Where a pool takes time and chance from; tests give their own. */
export interface Sources {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Uniform in 0 <= x < 1. */
  readonly random: () => number;
}
