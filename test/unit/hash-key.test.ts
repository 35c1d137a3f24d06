import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BalanceConfig, HashKey } from '../../src/config/config.ts';
import type { Exchange } from '../../src/exchange.ts';
import { hashKeyOf } from '../../src/hash-key.ts';

const EXCHANGE = {
  client: '192.0.2.7',
  target: '/a/b?user=ann&user=bob&empty=&x',
  fields: 'X-Tenant: blue\r\nCookie: other=1; sid=abc=def; sid=2\r\n',
} as Exchange;

function keyOf(key: HashKey, exchange: Exchange = EXCHANGE): string {
  return hashKeyOf({ kind: 'hash', key } as BalanceConfig, exchange);
}

for (const [key, value] of [
  [{ kind: 'client' }, '192.0.2.7'],
  [{ kind: 'uri' }, '/a/b?user=ann&user=bob&empty=&x'],
  [{ kind: 'path' }, '/a/b'],
  [{ kind: 'header', name: 'X-TENANT' }, 'blue'],
  [{ kind: 'header', name: 'absent' }, ''],
  [{ kind: 'cookie', name: 'sid' }, 'abc=def'],
  [{ kind: 'cookie', name: 'SID' }, ''],
  [{ kind: 'query', name: 'user' }, 'ann'],
  [{ kind: 'query', name: 'empty' }, ''],
  [{ kind: 'query', name: 'x' }, ''],
] as [HashKey, string][]) {
  test(`the key ${JSON.stringify(key)} is ${JSON.stringify(value)}`, () => {
    assert.equal(keyOf(key), value);
  });
}

test('a target without a query has no pairs, and is all path', () => {
  const plain = { ...EXCHANGE, target: '/user=ann' } as Exchange;
  assert.equal(keyOf({ kind: 'query', name: 'user' }, plain), '');
  assert.equal(keyOf({ kind: 'path' }, plain), '/user=ann');
});

test('other balancers have no key', () => {
  assert.equal(hashKeyOf({ kind: 'least-conn' } as BalanceConfig, EXCHANGE), '');
});
