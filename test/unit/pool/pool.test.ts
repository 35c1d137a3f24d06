import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ledger } from '../../../src/pool/ledger.ts';
import { Pool } from '../../../src/pool/pool.ts';
import { FakeClaim, Fixture, poolConfig, settled } from './support.ts';

test('a claim is granted at once while a slot is free', t => {
  const f = new Fixture(t);
  const claim = f.claim();
  assert.equal(claim.at, 'a');
  assert.equal(f.pool.inFlight, 1);
  assert.equal(f.endpoint('a').inFlight, 1);
  claim.lease!.release();
  assert.equal(f.pool.inFlight, 0);
  assert.equal(f.endpoint('a').inFlight, 0);
});

test('no endpoint ever has more requests in flight than its limit', async t => {
  const f = new Fixture(t, { maxConns: 2, backends: ['a', { name: 'b', maxConns: 1 }] });
  const claims = Array.from({ length: 10 }, () => f.claim());
  const served = new Set<FakeClaim>();
  for (let round = 0; round < 10; round++) {
    assert.ok(f.endpoint('a').inFlight <= 2);
    assert.ok(f.endpoint('b').inFlight <= 1);
    const next = claims.find(claim => claim.lease && !served.has(claim))!;
    served.add(next);
    next.lease!.release();
    await settled();
  }
  assert.equal(served.size, 10);
  assert.equal(f.pool.inFlight, 0);
});

test('the limit of the pool holds over all its endpoints together', async t => {
  const f = new Fixture(t, { balance: { kind: 'round-robin' }, poolMaxConns: 3 });
  const claims = Array.from({ length: 5 }, () => f.claim());
  assert.deepEqual(
    claims.map(claim => claim.lease !== undefined),
    [true, true, true, false, false],
  );
  claims[0]!.lease!.release();
  await settled();
  assert.ok(claims[3]!.lease);
  assert.equal(claims[4]!.lease, undefined);
  assert.equal(f.pool.inFlight, 3);
});

test('endpoints that were not tried are preferred', t => {
  const f = new Fixture(t, { backends: ['a', 'b', 'c'] });
  assert.equal(f.claim('1', 0, 'a').at, 'b');
  assert.equal(f.claim('2', 0, 'b', 'a').at, 'c');
  assert.equal(f.claim('3', 0, 'a', 'b', 'c').at, 'a', 'a tried one is better than none');
});

test('a tried endpoint with a slot serves while the untried one is full', t => {
  const f = new Fixture(t, { maxConns: 1 });
  f.claim('1', 0, 'a');
  assert.equal(f.claim('2', 0, 'a').at, 'a');
});

test('a second release frees no slot, is counted, and is logged with a stack', t => {
  const f = new Fixture(t);
  const { lease } = f.claim();
  f.claim();
  lease!.release();
  lease!.release();
  assert.equal(f.pool.inFlight, 1);
  assert.equal(f.pool.status().doubleReleases, 1);
  assert.match(String(f.log.messages[0]!.facts['stack']), /lease\.ts/);
});

test('a claim that throws at its grant is refused, and keeps no slot', t => {
  const f = new Fixture(t);
  const claim = new FakeClaim();
  claim.onGranted = () => {
    throw new TypeError('a defect');
  };
  f.pool.acquire(claim);
  assert.equal(claim.error!.kind, 'internal_error');
  assert.equal(f.pool.inFlight, 0);
  assert.match(String(f.log.messages[0]!.facts['stack']), /TypeError: a defect/);
});

test('with every endpoint disabled or draining a claim is refused at once', t => {
  const f = new Fixture(t);
  f.endpoint('a').disabled = true;
  f.endpoint('b').draining = true;
  const claim = f.claim();
  assert.equal(claim.error!.kind, 'no_endpoint');
  assert.match(claim.error!.message, /pool p: every endpoint is disabled or draining/);
});

test('an endpoint that is enabled again serves the queue', async t => {
  const f = new Fixture(t, { maxConns: 1 });
  f.endpoint('b').disabled = true;
  f.claim();
  const second = f.claim();
  assert.equal(second.lease, undefined);
  f.endpoint('b').disabled = false;
  await settled();
  assert.equal(second.at, 'b');
});

test('a draining endpoint gets nothing new and closes its idle connections', t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  const connection = a.checkout(false);
  a.idle(connection, undefined);
  a.draining = true;
  assert.equal(a.idleConnections, 0);
  assert.equal(f.claim().at, 'b');
  a.draining = false;
  assert.equal(f.claim().at, 'a');
});

test('backups serve only while no primary is up', t => {
  const f = new Fixture(t, { backends: ['a', 'b', { name: 'c', backup: true }] });
  f.endpoint('a').failed('connection_refused');
  assert.equal(f.claim().at, 'b');
  f.endpoint('b').failed('connection_refused');
  assert.equal(f.claim().at, 'c');
});

test('full primaries mean the queue, not the backup', t => {
  const f = new Fixture(t, { maxConns: 1, backends: ['a', { name: 'b', backup: true }] });
  f.claim();
  assert.equal(f.claim().lease, undefined);
  assert.equal(f.pool.queued, 1);
});

test('disabled primaries let the backup serve', t => {
  const f = new Fixture(t, { backends: ['a', { name: 'b', backup: true }] });
  f.endpoint('a').disabled = true;
  assert.equal(f.claim().at, 'b');
});

test('draining refuses new claims, serves the queue and further attempts, and keeps no connection', async t => {
  const f = new Fixture(t, { maxConns: 1, backends: ['a'] });
  const a = f.endpoint('a');
  const kept = a.checkout(false);
  a.idle(kept, undefined);
  const first = f.claim();
  const queued = f.claim();
  f.pool.drain();
  assert.equal(a.idleConnections, 0);
  assert.equal(f.claim().error!.kind, 'shutting_down');
  first.lease!.release();
  await settled();
  assert.equal(queued.at, 'a');
  const retry = f.claim('retry', 0, 'a');
  queued.lease!.release();
  await settled();
  assert.equal(retry.at, 'a');
  a.idle(a.checkout(false), undefined);
  assert.equal(a.idleConnections, 0);
});

test('closing refuses those in the queue; leases that are out stay good', async t => {
  const f = new Fixture(t, { maxConns: 1, backends: ['a'] });
  const first = f.claim();
  const queued = f.claim();
  f.pool.close('stopped');
  assert.equal(queued.error!.kind, 'shutting_down');
  assert.equal(f.pool.inFlight, 1);
  first.lease!.release();
  await settled();
  assert.equal(f.pool.inFlight, 0);
  assert.equal(f.claim('retry', 0, 'a').error!.kind, 'shutting_down');
});

test('while the gate is shut everybody waits; opened, they go in their order', async t => {
  const f = new Fixture(t);
  const order: string[] = [];
  f.pool.held = true;
  for (const name of ['1', '2', '3']) {
    const claim = new FakeClaim(name);
    claim.onGranted = () => order.push(name);
    f.pool.acquire(claim);
  }
  assert.equal(f.pool.queued, 3);
  f.pool.held = false;
  await settled();
  assert.deepEqual(order, ['1', '2', '3']);
});

test('a claim that is held for longer than the queue time-out is told so', async t => {
  const f = new Fixture(t);
  f.pool.held = true;
  const claim = f.claim();
  await f.clock.pass(1000);
  assert.equal(claim.error!.kind, 'held_too_long');
});

test('an endpoint is a destination: address, name for a Host field, time-outs', t => {
  const f = new Fixture(t, {
    backends: [
      { name: 'a', host: '::1', port: 81 },
      { name: 'b', host: '', port: 0, path: '/run/b.sock' },
      { name: 'c', host: 'c.example', port: 82 },
    ],
  });
  assert.deepEqual(
    f.pool.endpoints.map(endpoint => endpoint.authority),
    ['[::1]:81', 'localhost', 'c.example:82'],
  );
  const { connectTimeout, responseTimeout, idleTimeout, tunnelTimeout } = f.endpoint('a');
  assert.deepEqual([connectTimeout, responseTimeout, idleTimeout, tunnelTimeout], [1, 2, 3, 4]);
});

test('two pools on one shared ledger see the same requests in flight', t => {
  const f = new Fixture(t);
  const shared = new SharedArrayBuffer(Ledger.bytes(2));
  const pools = [0, 1].map(
    () => new Pool(poolConfig({ maxConns: 1 }), () => f.protocol, f.log, new Ledger(2, shared)),
  );
  const first = new FakeClaim();
  pools[0]!.acquire(first);
  const second = new FakeClaim();
  pools[1]!.acquire(second);
  assert.deepEqual([first.at, second.at], ['a', 'b']);
  assert.equal(pools[1]!.inFlight, 2);
});

test('a ledger that does not fit its pool is refused', t => {
  const f = new Fixture(t);
  const fixed = new Ledger(1, new SharedArrayBuffer(Ledger.bytes(1)));
  assert.throws(() => new Pool(poolConfig(), () => f.protocol, f.log, fixed), /no room for another endpoint/);
});

test('status is plain and complete', t => {
  const f = new Fixture(t, { maxConns: 1, backends: ['a', { name: 'b', backup: true, weight: 3 }] });
  f.pool.budget.request();
  f.claim();
  f.endpoint('b').failed('connection_refused');
  f.endpoint('a').succeeded(1.5);
  const status = f.pool.status();
  assert.deepEqual(JSON.parse(JSON.stringify(status)), status);
  const { endpoints, exchanges: _, attempts, ...rest } = status;
  assert.deepEqual(rest, {
    name: 'p',
    balance: 'first',
    held: false,
    hold: null,
    breaker: null,
    changes: [],
    draining: false,
    why: '',
    copies: null,
    fallback: null,
    inFlight: 1,
    poolMaxConns: null,
    queued: 0,
    queueLength: 100,
    requests: 1,
    retries: 0,
    doubleReleases: 0,
  });
  assert.equal(attempts.ejections, 1);
  const [a, b] = endpoints.map(({ attempts: _, ...words }) => words);
  assert.deepEqual(a, {
    name: 'a',
    backend: 'fake://a',
    address: 'a:80',
    tls: null,
    state: 'up',
    why: '',
    stateMs: 0,
    backup: false,
    tier: 0,
    weight: 1,
    ramp: 1,
    inFlight: 1,
    tunnels: 0,
    maxConns: 1,
    idleConnections: 0,
    acceptedAtOnce: null,
    latencyMs: 1.5,
    fails: 0,
    restMs: 0,
    check: null,
  });
  assert.deepEqual(b, {
    ...a,
    name: 'b',
    backend: 'fake://b',
    address: 'b:80',
    state: 'ejected',
    why: 'connection_refused, 1 failure',
    backup: true,
    weight: 3,
    inFlight: 0,
    latencyMs: 0,
    fails: 1,
    restMs: 2000,
  });
});

test('a status says how it is balanced as the flag is written', t => {
  const balance = { kind: 'hash', key: { kind: 'client' } } as const;
  assert.equal(new Fixture(t, { balance }).pool.status().balance, 'hash:client');
});
