import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseResolver, parseStale } from '../../../src/config/resolver-address.ts';
import { load, mistakes } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

const BACKEND = { backend: ['http://app:1'] };
const WHAT = 'expected the address of a DNS server, such as 127.0.0.53, 10.0.0.2:5353 or [::1]:53';

test('without settings the system is asked, and answers are believed within bounds', () => {
  assert.deepEqual(load(BACKEND).resolver, {
    servers: [],
    minTtl: 1000,
    maxTtl: 300_000,
    stale: 3_600_000,
    timeout: 5000,
  });
});

test('a DNS server is an address, with port 53 unless another one is given', () => {
  for (const [text, read] of [
    ['127.0.0.53', '127.0.0.53:53'],
    ['10.0.0.2:5353', '10.0.0.2:5353'],
    ['[::1]:54', '[::1]:54'],
    ['[::1]', '[::1]:53'],
    ['::1', '[::1]:53'],
  ] as const) {
    assert.equal(parseResolver(text), read);
  }
  refuses(parseResolver, 'dns.test', `${WHAT}; got "dns.test": a name is what it is asked for`);
  refuses(parseResolver, 'udp://10.0.0.2', `${WHAT}; got "udp://10.0.0.2": leave udp:// out`);
  refusesAll(parseResolver, ['', null, 53, '10.0.0.2:0', '10.0.0.256', '10.0.0.2:dns', 'localhost']);
});

test('several DNS servers are asked in their order, each once', () => {
  const { resolver } = load({ ...BACKEND, resolver: ['10.0.0.2', '10.0.0.1', '10.0.0.2:53'] });
  assert.deepEqual(resolver.servers, ['10.0.0.2:53', '10.0.0.1:53']);
  assert.deepEqual(load(BACKEND, 'resolver: 10.0.0.2').resolver.servers, ['10.0.0.2:53']);
});

test('an answer is used beyond its time for a while, for ever, or not at all', () => {
  assert.deepEqual(['10m', 'forever', 'off', '0s'].map(parseStale), [600_000, Infinity, 0, 0]);
  refuses(parseStale, 'never', 'expected a duration such as 1h, off, or forever; got "never"');
  refuses(parseStale, '30d', 'expected a duration of at most 24d; got 30d');
  refusesAll(parseStale, [null, '', 5, true]);
  assert.equal(load({ ...BACKEND, 'dns-stale': 'forever' }).resolver.stale, Infinity);
});

test('no answer is forgotten within a second', () => {
  assert.equal(load({ ...BACKEND, 'dns-max-ttl': '1s' }).resolver.maxTtl, 1000);
  assert.deepEqual(mistakes({ ...BACKEND, 'dns-max-ttl': '999ms', 'dns-timeout': '0s' }), [
    '--dns-max-ttl: expected a duration of at least 1s; got "999ms"',
    '--dns-timeout: expected a duration such as 250ms, 5s, 2m, 1h, longer than nothing; got "0s"',
  ]);
});
