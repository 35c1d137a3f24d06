import { expected, Misread } from './misread.ts';

/** The path of a file, as it was written; throws Misread. */
export function parseFileName(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.endsWith('/')) {
    throw expected('the path of a file', value);
  }
  if (value.includes('\0')) throw new Misread('a path has no NUL byte');
  return value;
}
