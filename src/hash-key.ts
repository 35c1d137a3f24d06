import type { BalanceConfig, HashKey } from './config/config.ts';
import type { Exchange } from './exchange.ts';
import { firstValue } from './fields.ts';
import { pathOf, queryOf } from './http1/target.ts';

/** The bytes of an exchange that a hash balancer hashes; empty for other balancers, and where the exchange has none. */
export function hashKeyOf(balance: BalanceConfig, exchange: Exchange): string {
  return balance.kind === 'hash' ? keyOf(balance.key, exchange) : '';
}

function keyOf(key: HashKey, exchange: Exchange): string {
  const { target } = exchange;
  switch (key.kind) {
    case 'client':
      return exchange.client;
    case 'uri':
      return target;
    case 'path':
      return pathOf(target);
    case 'header':
      return firstValue(exchange.fields, key.name.toLowerCase()) ?? '';
    case 'cookie':
      return pairValue(firstValue(exchange.fields, 'cookie') ?? '', ';', key.name);
    case 'query':
      return pairValue(queryOf(target), '&', key.name);
  }
}

/** The value of the first `name=value` in a list. */
function pairValue(list: string, separator: string, name: string): string {
  for (const part of list.split(separator)) {
    const at = part.indexOf('=');
    if (at !== -1 && part.slice(0, at).trim() === name) return part.slice(at + 1);
  }
  return '';
}
