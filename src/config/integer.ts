import { expected } from './misread.ts';

/** The reader of a whole number between two bounds, written as a number or as digits; it throws Misread. */
export function parseInteger(least: number, most: number): (value: unknown) => number {
  return value => {
    const digits = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    if (Number.isInteger(digits) && (digits as number) >= least && (digits as number) <= most) {
      return digits as number;
    }
    throw expected(`a whole number from ${least} to ${most}`, value);
  };
}

/** The reader of a count of at least 1, or Infinity for `off`. */
export function parseCountOrOff(most: number): (value: unknown) => number {
  const parse = parseInteger(1, most);
  return value => {
    if (value === 'off') return Number.POSITIVE_INFINITY;
    try {
      return parse(value);
    } catch {
      throw expected(`a whole number from 1 to ${most}, or off`, value);
    }
  };
}
