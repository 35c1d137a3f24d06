import { expected } from './misread.ts';

/** Where the access log goes: a file, `-` or `off`; throws Misread. */
export function parseLogTarget(value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  throw expected('a file, - for standard output, or off', value);
}
