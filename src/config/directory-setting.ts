import { parseDirectory } from './absolute-path.ts';
import { expected, Misread } from './misread.ts';

/** A directory as it was written, or empty for `off`; throws Misread. */
export function parseDirectoryOrOff(value: unknown): string {
  if (value === 'off') return '';
  if (value === undefined || value === null || value === '') throw expected('a directory, or off', value);
  return parseDirectory(value);
}

/** The path of a script as it was written, or empty for `off`; throws Misread. */
export function parseScript(value: unknown): string {
  if (value === 'off') return '';
  if (typeof value !== 'string' || value === '' || value.endsWith('/')) {
    throw expected('a script such as /index.php, or off', value);
  }
  if (value.includes('\0')) throw new Misread('a path has no NUL byte');
  if (/[?#]/.test(value)) throw expected('a script without a query: that of the request is passed on', value);
  return value;
}
