import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorKind } from '../../../src/errors.ts';
import { EJECTED } from '../../../src/pool/ledger.ts';
import { Fixture, settled } from './support.ts';

/** A pool of which nothing serves, and somebody who may start what does. */
function asleep(f: Fixture, expected: boolean): { expected: boolean; asked: number } {
  const supply = {
    expected,
    asked: 0,
    wanted: () => {
      supply.asked++;
    },
  };
  f.pool.supply = supply;
  for (const endpoint of f.pool.endpoints) endpoint.absent = true;
  return supply;
}

test('a claim waits for an endpoint that is expected, and gets it', async t => {
  const f = new Fixture(t);
  const supply = asleep(f, true);
  const claim = f.claim();
  assert.equal(f.pool.queued, 1);
  assert.equal(supply.asked, 1);
  f.endpoint('b').absent = false;
  await settled();
  assert.equal(claim.at, 'b');
});

test('a claim is refused where nothing is expected', t => {
  const f = new Fixture(t);
  asleep(f, false);
  assert.equal(f.claim().error!.kind, 'no_endpoint');
});

test('a claim that waits for what does not come is refused in time', async t => {
  const f = new Fixture(t);
  asleep(f, true);
  const claim = f.claim();
  await f.clock.pass(1001);
  assert.equal(claim.error!.kind, 'queue_timeout');
});

test('more is wanted when a claim has to wait or is turned away, and not before', t => {
  const f = new Fixture(t, { maxConns: 1, queue: { length: 1, timeout: 1000 } });
  const supply = asleep(f, true);
  f.endpoint('a').absent = false;
  f.claim();
  assert.equal(supply.asked, 0);
  f.claim();
  assert.equal(supply.asked, 1);
  assert.equal(f.claim().error!.kind, 'connection_limit_reached');
  assert.equal(supply.asked, 2);
});

test('an endpoint that is renewed has another port, no failures and no old connections', t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  a.failed('connection_refused');
  assert.equal(a.up, false);
  a.idle(a.checkout(false), undefined);
  a.renew(4711);
  assert.equal(a.up, true);
  assert.equal(f.pool.ledger.state(a.index) & EJECTED, 0);
  assert.equal(a.idleConnections, 0);
  assert.equal(a.port, 4711);
  assert.equal(a.authority, 'a:4711');
});

test('a watcher hears of the failures of its endpoint', t => {
  const f = new Fixture(t);
  const heard: ErrorKind[] = [];
  f.endpoint('a').watcher = { failed: kind => heard.push(kind) };
  f.endpoint('a').failed('connection_refused');
  f.endpoint('b').failed('connection_timeout');
  assert.deepEqual(heard, ['connection_refused']);
});

test('the ledger keeps the highest load since it was asked', async t => {
  const f = new Fixture(t);
  const claims = [f.claim(), f.claim(), f.claim()];
  for (const { lease } of claims.slice(1)) lease!.release();
  assert.equal(f.pool.ledger.takePeak(), 3);
  assert.equal(f.pool.ledger.takePeak(), 1);
  claims[0]!.lease!.release();
  assert.equal(f.pool.ledger.takePeak(), 1);
  assert.equal(f.pool.ledger.takePeak(), 0);
});
