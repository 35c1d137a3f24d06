import { createHash } from 'node:crypto';
import type { PoolConfig } from './config.ts';
import { expected } from './misread.ts';

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

/** `cookie`, `cookie:NAME` or `off`; throws Misread. */
export function parseSticky(value: unknown): { readonly cookie: string } | 'off' {
  if (value === 'off' || value === false) return 'off';
  if (value === 'cookie') return { cookie: '' };
  const [, name] = typeof value === 'string' ? (/^cookie:(.*)$/s.exec(value) ?? []) : [];
  if (name === undefined || !NAME.test(name)) throw expected('cookie, cookie:NAME or off', value);
  return { cookie: name };
}

/** Clients are not told what a pool is called. */
function usualName(pool: string): string {
  return `sluice_home_${createHash('sha256').update(pool).digest('hex').slice(0, 8)}`;
}

/** The cookie of a pool that was given no name: pools of one site do not share one. */
export function stickyOf(
  words: ReturnType<typeof parseSticky> | undefined,
  pool: string,
): PoolConfig['sticky'] {
  if (words === undefined || words === 'off') return undefined;
  return { cookie: words.cookie === '' ? usualName(pool) : words.cookie };
}
