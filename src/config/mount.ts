import { toByteText } from './byte-text.ts';
import { hasDots } from './file-names.ts';
import { expected, Misread, show } from './misread.ts';

const WHAT = 'the front part of a path, such as /app';

/** The front part of the decoded path that stands for an application, bytes as latin1; empty for `/`. Throws Misread. */
export function parseMount(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/')) throw expected(WHAT, value);
  const path = value.replace(/\/$/, '');
  if (/[?#*]/.test(path)) throw new Misread(`${WHAT} has no "?", "#" or "*"; got ${show(value)}`);
  if (/%|[\x00-\x1f\x7f]/.test(path)) {
    throw new Misread(`${WHAT} is written as it is once it is decoded; got ${show(value)}`);
  }
  if (value.includes('//') || hasDots(path))
    throw expected(`${WHAT}, without empty segments and dots`, value);
  return toByteText(path);
}
