import { UNITS } from './format-duration.ts';
import { expected, Misread } from './misread.ts';

export { formatDuration } from './format-duration.ts';

const WHAT = 'a duration such as 250ms, 5s, 2m, 1h';

/** What a timer of the runtime can hold is a little less than 25 days. */
const LONGEST = 24 * 86_400_000;

/** Milliseconds of a text such as `250ms`, `1.5s`, `2m`, `1h` or `1d`; throws Misread, also beyond 24 days. */
export function parseDuration(value: unknown): number {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value) : null;
  if (match === null) throw expected(WHAT, value);
  const milliseconds = Math.round(Number(match[1]) * UNITS[match[2]!]!);
  if (milliseconds > LONGEST) throw new Misread(`expected a duration of at most 24d; got ${value}`);
  return milliseconds;
}

/** A duration that has to be longer than nothing. */
export function parsePositiveDuration(value: unknown): number {
  const milliseconds = parseDuration(value);
  if (milliseconds === 0) throw expected(`${WHAT}, longer than nothing`, value);
  return milliseconds;
}

/** A duration, or 0 for `off`. */
export function parseDurationOrOff(value: unknown): number {
  if (value === 'off') return 0;
  if (typeof value !== 'string') throw expected(`${WHAT}, or off`, value);
  return parsePositiveDuration(value);
}
