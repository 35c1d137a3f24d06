import { parseBackendUrl } from './backend-url.ts';
import type { BackendConfig } from './config.ts';
import { expected } from './misread.ts';

/** The name of a pool; throws Misread. */
export function parsePoolName(value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(value)) return value;
  throw expected('the name of a pool: letters, digits, "-", "_" and ".", at most 64', value);
}

/** The pool that serves in place of another, empty for `off`; throws Misread. */
export function parseFallback(value: unknown): string {
  return value === 'off' || value === false ? '' : parsePoolName(value);
}

/** One backend and the pool it joins, written `NAME=URL`. */
export interface PoolMember {
  readonly pool: string;
  readonly backend: BackendConfig;
}

/** A `NAME=URL` pair; throws Misread. */
export function parsePoolMember(value: unknown): PoolMember {
  const match = typeof value === 'string' ? /^([^=:/]+)=(.*)$/s.exec(value) : null;
  if (match === null) throw expected('NAME=URL such as api=http://127.0.0.1:3000', value);
  return { pool: parsePoolName(match[1]), backend: parseBackendUrl(match[2]) };
}
