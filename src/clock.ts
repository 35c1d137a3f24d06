let latest = performance.now();

/** Milliseconds of a monotonic clock, with a fraction; only differences mean something. */
export function now(): number {
  latest = performance.now();
  return latest;
}

/**
 * What `now` said last. Every callback of the data path begins with a call of `now`, so within it this is the present
 * for all purposes of time-outs and logs; asking the system each time would cost more than the rest of the bookkeeping.
 */
export function recent(): number {
  return latest;
}

/** The longest delay in milliseconds that a timer of the runtime keeps; with a longer one it fires at once. */
export const LONGEST_DELAY = 2 ** 31 - 1;
