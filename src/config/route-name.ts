import { expected } from './misread.ts';

/** The name of a route, in the form of a pool's; throws Misread. */
export function parseRouteName(value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(value)) return value;
  throw expected('the name of a route: letters, digits, "-", "_" and ".", at most 64', value);
}
