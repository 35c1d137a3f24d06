import type { BalanceConfig, HashKey } from './config.ts';

/** A way to spread requests as `parseBalance` reads it. */
export function formatBalance(balance: BalanceConfig): string {
  if (balance.kind !== 'hash') return balance.kind;
  return `hash:${formatKey(balance.key)}`;
}

/** What decides which requests belong together, such as `client` or `header:NAME`. */
export function formatKey(key: HashKey): string {
  return `${key.kind}${'name' in key ? `:${key.name}` : ''}`;
}
