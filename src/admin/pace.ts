import { expected } from '../config/misread.ts';

const MOST = 1_000_000;

/** Requests a second of a text such as `200/s` or `90/m`; throws Misread. */
export function parsePace(value: unknown): number {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\/([sm])$/.exec(value) : null;
  const pace = match === null ? 0 : Number(match[1]) / (match[2] === 'm' ? 60 : 1);
  if (!(pace > 0 && pace <= MOST)) throw expected('a pace such as 200/s or 90/m', value);
  return pace;
}
