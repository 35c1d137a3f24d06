import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { changesOf } from '../../../src/operations/changes.ts';
import { Subject } from './support.ts';

const HOUR = 3_600_000;
const { signal: NEVER } = new AbortController();
const TWO = { backends: ['http://127.0.0.1:1', 'http://127.0.0.1:2'] };

test('a backend that is added gets requests, is a change, and can be removed again', async () => {
  const s = new Subject({ ...TWO, balance: 'first' });
  assert.deepEqual(s.orders.add('default', 'http://127.0.0.1:3,weight=2'), { endpoints: ['127.0.0.1:3'] });
  assert.equal(s.names(), '127.0.0.1:1 127.0.0.1:2 127.0.0.1:3');
  assert.deepEqual(changesOf(s.pool(), s.config.pools[0]), ['added http://127.0.0.1:3,weight=2']);
  s.orders.disable('127.0.0.1:1');
  s.orders.disable('127.0.0.1:2');
  assert.equal(s.claim().at, '127.0.0.1:3');
});

test('a backend that is removed finishes what it has (85)', async () => {
  const s = new Subject({ ...TWO, balance: 'first' });
  const claim = s.claim();
  const removed = s.orders.remove('127.0.0.1:1', { wait: HOUR }, NEVER);
  assert.equal(s.names(), '127.0.0.1:2');
  assert.equal(s.claim().at, '127.0.0.1:2');
  assert.deepEqual(changesOf(s.pool(), s.config.pools[0]), ['removed http://127.0.0.1:1']);
  claim.lease!.release();
  assert.deepEqual(await removed, { inFlight: 0, tunnels: 0 });
  assert.equal(s.pool().endpoints.length, 1);
});

test('what a backend that is removed has left is said when the time is up, and ends all the same', async () => {
  const s = new Subject({ ...TWO, balance: 'first' });
  const claim = s.claim();
  assert.deepEqual(await s.orders.remove('127.0.0.1:1', { wait: 1 }, NEVER), { inFlight: 1, tunnels: 0 });
  assert.equal(s.pool().endpoints.length, 2);
  claim.lease!.release();
  assert.equal(s.pool().endpoints.length, 1);
});

test('a name goes with all of its addresses, and none of them alone', async () => {
  const s = new Subject({ backends: [...TWO.backends, 'http://n:80,expand=addresses'] });
  const [, , n] = s.pool().config.backends;
  s.pool().join(n!, { name: 'n:80/10.0.0.1', host: '10.0.0.1', port: 80, tier: 0, weight: 1 });
  await assert.rejects(s.orders.remove('10.0.0.1', { wait: 0 }, NEVER), {
    kind: 'refused',
    message: /is an address of n:80 and would be back: drain it, or remove n:80/,
  });
  await s.orders.remove('n:80', { wait: 0 }, NEVER);
  assert.equal(s.names(), '127.0.0.1:1 127.0.0.1:2');
});

test('a name that is removed is waited for until the last of its addresses has finished (85)', async () => {
  const s = new Subject({
    backends: ['http://n:80,expand=addresses', ...TWO.backends],
    balance: 'round-robin',
  });
  const [n] = s.pool().config.backends;
  for (const host of ['10.0.0.1', '10.0.0.2'])
    s.pool().join(n!, { name: `n:80/${host}`, host, port: 80, tier: 0, weight: 1 });
  s.orders.disable('127.0.0.1:1');
  s.orders.disable('127.0.0.1:2');
  const claims = [s.claim(), s.claim()];
  assert.deepEqual(claims.map(({ at }) => at).sort(), ['n:80/10.0.0.1', 'n:80/10.0.0.2']);
  let done = false;
  const removed = s.orders.remove('n:80', { wait: HOUR }, NEVER).finally(() => {
    done = true;
  });
  claims[0]!.lease!.release();
  await setImmediate();
  assert.equal(done, false);
  claims[1]!.lease!.release();
  const warnings = ['nothing else of the pool default is enabled: requests get 503'];
  assert.deepEqual(await removed, { inFlight: 0, tunnels: 0, warnings });
});

test('the last backend is not removed', async () => {
  const s = new Subject(TWO);
  await s.orders.remove('127.0.0.1:2', { wait: 0 }, NEVER);
  await assert.rejects(s.orders.remove('127.0.0.1:1', { wait: 0 }, NEVER), {
    kind: 'refused',
    message: /the last backend/,
  });
  assert.equal(s.names(), '127.0.0.1:1');
});

test('a program that is added has the limit of programs', () => {
  const s = new Subject({ pools: { cgi: ['cgi:///usr/lib/cgi-bin/'] } });
  s.orders.add('cgi', 'cgi:///srv/bin/');
  assert.equal(s.pool('cgi').config.backends[1]!.maxConns, undefined);
  const t = new Subject({ pools: { mixed: ['http://127.0.0.1:1'] } });
  t.orders.add('mixed', 'cgi:///srv/bin/');
  assert.equal(t.pool('mixed').config.backends[1]!.maxConns, 32);
});

for (const [pool, text, kind, message] of [
  ['defualt', 'http://127.0.0.1:9', 'unknown', /no pool "defualt"/],
  ['default', 'htp://127.0.0.1:9', 'invalid', /nearest is http/],
  ['default', 'http://127.0.0.1:1', 'refused', /has a backend named 127\.0\.0\.1:1 already.*name=TEXT/],
  ['php', 'http://127.0.0.1:9', 'refused', /has a document root/],
] as const) {
  test(`add ${pool} ${text} is refused, and nothing changes`, () => {
    const s = new Subject({ ...TWO, pools: { php: ['fcgi://127.0.0.1:9000'] }, site: { root: '/srv/www' } });
    assert.throws(() => s.orders.add(pool, text), { kind, message });
    assert.equal(s.names(), '127.0.0.1:1 127.0.0.1:2');
    assert.equal(s.names('php'), '127.0.0.1:9000');
  });
}
