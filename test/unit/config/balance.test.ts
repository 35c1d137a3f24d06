import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBalance } from '../../../src/config/balance.ts';
import { formatBalance } from '../../../src/config/format-balance.ts';
import { refuses, refusesAll } from './refuses.ts';

test('a balancer has a name', () => {
  for (const kind of ['round-robin', 'least-conn', 'random', 'least-time', 'fair', 'first']) {
    assert.deepEqual(parseBalance(kind), { kind });
  }
});

test('a hash has a key, which for a field is compared in lower case', () => {
  assert.deepEqual(parseBalance('hash:client'), { kind: 'hash', key: { kind: 'client' } });
  assert.deepEqual(parseBalance('hash:header:X-Tenant'), {
    kind: 'hash',
    key: { kind: 'header', name: 'x-tenant' },
  });
  assert.deepEqual(parseBalance('hash:cookie:SID'), { kind: 'hash', key: { kind: 'cookie', name: 'SID' } });
});

test('a misspelt balancer is answered with the nearest', () => {
  refuses(
    parseBalance,
    'round-robbin',
    'expected one of round-robin, least-conn, random, least-time, fair, first, hash:KEY; got "round-robbin", the nearest is round-robin',
  );
});

test('a hash without a usable key is answered with the keys there are', () => {
  const what =
    'expected hash: and a key, which is client, uri, path, header:NAME, cookie:NAME or query:NAME; got';
  refuses(parseBalance, 'hash', `${what} nothing`);
  refuses(parseBalance, 'hash:ip', `${what} "ip"`);
  refusesAll(parseBalance, ['hash:header', 'hash:header:', 'hash:header:a b', 'hash:client:x', null, 1, '']);
});

test('a balancer is written as it is read', () => {
  for (const text of ['fair', 'hash:uri', 'hash:query:id'])
    assert.equal(formatBalance(parseBalance(text)), text);
});
