import { expected } from './misread.ts';

/** A share such as `20%` as a fraction from 0 to 1; throws Misread. */
export function parseShare(value: unknown): number {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value) : null;
  const percent = match === null ? Number.NaN : Number(match[1]);
  if (!(percent <= 100)) throw expected('a share from 0% to 100%, such as 20%', value);
  return percent / 100;
}

/** A fraction as `parseShare` reads it. */
export function formatShare(fraction: number): string {
  return `${Number((fraction * 100).toFixed(6))}%`;
}
