import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DOWN } from '../../../src/pool/ledger.ts';
import type { Supply } from '../../../src/pool/supply.ts';
import { Fixture, type Setting, settled } from './support.ts';

const FAIL: Setting = { health: { allDown: 'fail' } };

const COMING: Supply = { expected: true, wanted: () => {} };

test('with everything down by checks, all of them share the requests as though they were up', t => {
  const f = new Fixture(t, { backends: ['a', 'b', 'c'], balance: { kind: 'round-robin' } });
  for (const endpoint of f.pool.endpoints) endpoint.standing.set(DOWN, 'check failed');
  assert.equal(f.served(6).split(' ').sort().join(' '), 'a a b b c c');
});

test('one that traffic speaks for goes before one that has failed, and what was tried comes last', t => {
  const f = new Fixture(t);
  for (const endpoint of f.pool.endpoints) endpoint.standing.set(DOWN, 'check failed');
  f.endpoint('a').failed('connection_refused');
  assert.equal(f.served(2), 'b b');
  assert.equal(f.claim('retry', 0, 'b').at, 'b');
});

test('primaries come before backups in the last resort too', t => {
  const f = new Fixture(t, { backends: [{ name: 'a', backup: true }, 'b'] });
  for (const endpoint of f.pool.endpoints) endpoint.standing.set(DOWN, 'check failed');
  assert.equal(f.served(2), 'b b');
});

test('a backup that is up goes before a primary that is down', t => {
  const f = new Fixture(t, { backends: ['a', { name: 'b', backup: true }] });
  f.endpoint('a').standing.set(DOWN, 'check failed');
  assert.equal(f.served(2), 'b b');
});

test('where nothing is to be used that is down, requests are refused at once, in words that say why', t => {
  const f = new Fixture(t, { ...FAIL, backends: ['a', 'b', 'c'] });
  f.endpoint('a').standing.set(DOWN, 'check failed: status 500, wanted 200-399');
  f.endpoint('b').failed('connection_refused');
  f.endpoint('c').disabled = true;
  const { error } = f.claim();
  assert.equal(error?.kind, 'no_endpoint');
  assert.equal(
    error?.message,
    'pool p: no endpoint is up: a is down (check failed: status 500, wanted 200-399), ' +
      'b is ejected (connection_refused, 1 failure), c is disabled (by an operator)',
  );
});

test('the words are those of the moment, and are not made for each request', t => {
  const f = new Fixture(t, FAIL);
  for (const endpoint of f.pool.endpoints) endpoint.failed('connection_refused');
  const first = f.claim().error;
  assert.equal(f.claim().error, first);
  f.endpoint('a').disabled = true;
  assert.match(f.claim().error!.message, /a is disabled/);
});

test('of many endpoints the words tell of five', t => {
  const f = new Fixture(t, { ...FAIL, backends: Array.from({ length: 200 }, (_, i) => `e${i}`) });
  for (const endpoint of f.pool.endpoints) endpoint.failed('connection_refused');
  assert.match(f.claim().error!.message, /e4 is ejected \([^)]*\), and 195 more$/);
});

test('a rest that is over lets one request through as a probe even where nothing down is used', async t => {
  const f = new Fixture(t, FAIL);
  for (const endpoint of f.pool.endpoints) endpoint.failed('connection_refused');
  await f.clock.pass(2000);
  assert.equal(f.claim().at, 'a');
});

test('those who wait are refused when the last one goes down', async t => {
  const f = new Fixture(t, { ...FAIL, maxConns: 1 });
  const claims = [f.claim(), f.claim(), f.claim()];
  for (const endpoint of f.pool.endpoints) endpoint.failed('connection_refused');
  await settled();
  assert.equal(claims[2]!.error?.kind, 'no_endpoint');
});

test('those who are held wait, whatever is down', async t => {
  const f = new Fixture(t, FAIL);
  f.pool.held = true;
  const waiting = f.claim();
  for (const endpoint of f.pool.endpoints) endpoint.failed('connection_refused');
  await settled();
  assert.deepEqual([waiting.error], [undefined]);
  f.pool.held = false;
  await settled();
  assert.equal(waiting.error?.kind, 'no_endpoint');
});

test('what is about to be started is waited for', async t => {
  const f = new Fixture(t, FAIL);
  f.pool.supply = COMING;
  f.endpoint('a').absent = true;
  f.endpoint('b').failed('connection_refused');
  const waiting = f.claim();
  assert.equal(waiting.error, undefined);
  f.endpoint('a').absent = false;
  await settled();
  assert.equal(waiting.at, 'a');
});

test('a pool of which nothing is known to be down is not told to fail', t => {
  const f = new Fixture(t, { ...FAIL, maxConns: 1, backends: ['a'] });
  f.claim();
  assert.equal(f.claim().error, undefined);
});
