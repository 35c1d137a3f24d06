import { expected, Misread } from './misread.ts';

/** Why the root of all is no directory to name. */
export const WHOLE = 'the root of the whole file system may not be given away; name a directory below it';

/** An absolute path of a directory, without a slash at its end; throws Misread, also for the root of all. */
export function parseAbsoluteDirectory(value: unknown): string {
  if (typeof value !== 'string' || !value.startsWith('/')) {
    throw expected('an absolute path of a directory', value);
  }
  return belowRoot(value);
}

/** A path of a directory, without a slash at its end; relative ones are left so. Throws Misread. */
export function parseDirectory(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw expected('a directory', value);
  return belowRoot(value);
}

function belowRoot(path: string): string {
  if (path.includes('\0')) throw new Misread('a path has no NUL byte');
  if (/^[/.]*\/[/.]*$/.test(path) && path.startsWith('/')) {
    throw new Misread(WHOLE);
  }
  return path.replace(/(?<=.)\/+$/, '');
}
