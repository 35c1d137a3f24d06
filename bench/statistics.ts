/** The median; of an even count the mean of the middle two; NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return sorted.length === 0 ? Number.NaN : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The list turned by `steps`, so that each round begins with another element. */
export function rotate<T>(list: readonly T[], steps: number): T[] {
  const start = list.length === 0 ? 0 : steps % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
