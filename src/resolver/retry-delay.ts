/** The delay after a first failure, unless answers are believed shorter, and after many; in milliseconds. */
const FIRST = 1_000;
const LONGEST = 30_000;

/** No delay is further than this share of it from what it is planned to be, so that many names are not tried at once. */
const JITTER = 0.2;

/**
 * How long a name rests after so many failures in a row, in milliseconds: twice as long each time. `minTtl` is the shortest
 * time to live, `random` uniform in 0 <= x < 1.
 */
export function retryDelay(failures: number, minTtl: number, random: number): number {
  const planned = Math.min(LONGEST, Math.min(FIRST, minTtl) * 2 ** (failures - 1));
  return planned * (1 - JITTER + 2 * JITTER * random);
}
