import type { BalanceConfig } from './config.ts';

/** A way to spread requests as `parseBalance` reads it. */
export function formatBalance(balance: BalanceConfig): string {
  if (balance.kind !== 'hash') return balance.kind;
  return `hash:${balance.key.kind}${'name' in balance.key ? `:${balance.key.name}` : ''}`;
}
