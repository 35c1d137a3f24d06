import type { BalanceConfig, HashKey } from './config.ts';
import { expected, Misread, show } from './misread.ts';
import { nearest } from './nearest.ts';

const PLAIN = ['round-robin', 'least-conn', 'random', 'least-time', 'fair', 'first'] as const;
const PLAIN_KEYS = ['client', 'uri', 'path'] as const;
const NAMED_KEYS = ['header', 'cookie', 'query'] as const;
const KEYS = 'client, uri, path, header:NAME, cookie:NAME or query:NAME';

/** How requests are spread: a name, or `hash:KEY`; throws Misread. */
export function parseBalance(value: unknown): BalanceConfig {
  const kind = PLAIN.find(name => name === value);
  if (kind !== undefined) return { kind };
  if (typeof value === 'string' && (value === 'hash' || value.startsWith('hash:'))) {
    return { kind: 'hash', key: parseHashKey(value.slice(5), `hash: and a key, which is ${KEYS}`) };
  }
  const what = `one of ${PLAIN.join(', ')}, hash:KEY`;
  const near = typeof value === 'string' ? nearest(value, [...PLAIN, 'hash:client']) : undefined;
  if (near === undefined) throw expected(what, value);
  throw new Misread(`expected ${what}; got ${show(value)}, the nearest is ${near}`);
}

/** What a hash goes by: `client`, `uri`, `path`, `header:NAME`, `cookie:NAME` or `query:NAME`; throws Misread. */
export function parseHashKey(value: unknown, what = `a key, which is ${KEYS}`): HashKey {
  const text = typeof value === 'string' ? value : '';
  const plain = PLAIN_KEYS.find(name => name === text);
  if (plain !== undefined) return { kind: plain };
  const [, word, name] = /^([a-z]+):([!#$%&'*+.^_`|~0-9A-Za-z-]+)$/.exec(text) ?? [];
  const kind = NAMED_KEYS.find(known => known === word);
  if (kind === undefined) throw expected(what, value);
  return { kind, name: kind === 'header' ? name!.toLowerCase() : name! };
}
