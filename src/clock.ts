/** Milliseconds of a monotonic clock, with a fraction; only differences mean something. */
export function now(): number {
  return performance.now();
}
