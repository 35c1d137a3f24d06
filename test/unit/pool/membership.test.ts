import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type FakeConnection, Fixture, poolConfig, type Setting, settled } from './support.ts';

function names(f: Fixture): string {
  return f.pool.endpoints.map(({ name }) => name).join(' ');
}

function configure(f: Fixture, setting: Setting): void {
  f.pool.configure(poolConfig(setting));
}

/** A connection that rests at an endpoint. */
function resting(f: Fixture, name: string): FakeConnection {
  const connection = f.endpoint(name).checkout(false) as FakeConnection;
  f.endpoint(name).idle(connection, undefined);
  return connection;
}

function turns(t: TestContext, setting: Setting = {}): Fixture {
  return new Fixture(t, { balance: { kind: 'round-robin' }, ...setting });
}

test('an endpoint that joins gets its share of requests', t => {
  const f = turns(t);
  const backend = { ...f.endpoint('a').backend, name: 'c' };
  const c = f.pool.join(backend, { name: 'c/10.0.0.3', host: '10.0.0.3', port: 80, tier: 0, weight: 1 });
  assert.equal(f.served(3).split(' ').sort().join(' '), 'a b c/10.0.0.3');
  assert.deepEqual([c.host, c.authority], ['10.0.0.3', 'a:80']);
});

test('an endpoint that joins serves those who wait', async t => {
  const f = turns(t, { maxConns: 1, backends: ['a'] });
  f.claim();
  const waiting = f.claim();
  f.pool.join({ ...f.endpoint('a').backend, name: 'b' });
  await settled();
  assert.equal(waiting.at, 'b');
});

test('an endpoint that leaves gets nothing new, closes what is idle, and is gone when it has finished', t => {
  const f = turns(t);
  const idle = resting(f, 'a');
  const claims = [f.claim(), f.claim()];
  const mine = claims.find(({ at }) => at === 'a')!;
  f.pool.leave(f.endpoint('a'), 'no longer wanted');
  assert.equal(idle.closedFor, 'endpoint is about to go');
  assert.equal(f.served(4), 'b b b b');
  assert.equal(names(f), 'a b');
  mine.lease!.release();
  assert.equal(names(f), 'b');
});

test('what one endpoint left behind is not told of the next in its row', t => {
  const f = turns(t);
  const a = f.endpoint('a');
  a.failed('connection_refused');
  a.succeeded(900);
  f.pool.leave(a, 'no longer wanted');
  const c = f.pool.join({ ...f.endpoint('b').backend, name: 'c' });
  assert.equal(c.index, a.index);
  assert.deepEqual([c.up, c.inFlight, c.latency(0)], [true, 0, 0]);
});

test('all that wait are refused when the last endpoint has left and none is expected', t => {
  const f = turns(t, { backends: ['a'] });
  f.pool.leave(f.endpoint('a'), 'no longer wanted');
  f.pool.absence = () => 'a.test does not resolve';
  const refused = f.claim();
  assert.equal(refused.error!.message, 'pool p: a.test does not resolve');
  f.pool.absence = () => '';
  assert.match(f.claim().error!.message, /disabled or draining/);
});

test('an endpoint goes on as it is where the configuration still names its backend', t => {
  const f = turns(t);
  const a = f.endpoint('a');
  const idle = resting(f, 'a');
  f.claim();
  a.failed('connection_refused');
  configure(f, { balance: { kind: 'round-robin' }, backends: [{ name: 'a', weight: 3 }, 'c'] });
  assert.equal(names(f), 'a c');
  assert.equal(f.endpoint('a'), a);
  assert.deepEqual([a.wholeWeight, a.inFlight, a.up, idle.closedFor], [3, 1, false, undefined]);
});

test('a limit that is raised serves those who wait, one that is lowered cuts nobody', async t => {
  const f = turns(t, { backends: ['a'], maxConns: 1 });
  const [first, second] = [f.claim(), f.claim()];
  configure(f, { backends: ['a'], maxConns: 2 });
  await settled();
  assert.equal(second!.at, 'a');
  configure(f, { backends: ['a'], maxConns: 1 });
  const third = f.claim();
  first!.lease!.release();
  await settled();
  assert.equal(third.at, undefined);
  second!.lease!.release();
  await settled();
  assert.equal(third.at, 'a');
});

test('tiers are used in their order, each only while nothing is up in those before', t => {
  const f = turns(t, { backends: ['a', { name: 'z', backup: true }] });
  f.pool.join(
    { ...f.endpoint('a').backend, name: 'b' },
    { name: 'b', host: 'b', port: 80, tier: 1, weight: 1 },
  );
  assert.equal(f.served(2), 'a a');
  f.endpoint('a').disabled = true;
  assert.equal(f.served(2), 'b b');
  f.endpoint('b').failed('connection_refused');
  assert.equal(f.served(2), 'z z');
});

test('who waits for an endpoint to be empty is told at its last release, unless that was called off', t => {
  const f = turns(t, { backends: ['a'] });
  const claims = [f.claim(), f.claim()];
  const told: string[] = [];
  f.endpoint('a').whenEmpty(() => told.push('first'));
  const callOff = f.endpoint('a').whenEmpty(() => told.push('second'));
  callOff();
  claims[0]!.lease!.release();
  assert.deepEqual(told, []);
  claims[1]!.lease!.release();
  f.claim().lease!.release();
  assert.deepEqual(told, ['first']);
});

test('tunnels are counted for as long as their leases are out', t => {
  const f = turns(t, { backends: ['a'] });
  const claim = f.claim();
  claim.lease!.becomeTunnel({ abandon() {} });
  assert.equal(f.endpoint('a').tunnels.size, 1);
  claim.lease!.release();
  assert.equal(f.endpoint('a').tunnels.size, 0);
});

test('endpoints stand in the order of the configuration, also of one that puts another in front', t => {
  const f = turns(t, { balance: { kind: 'first' } });
  configure(f, { balance: { kind: 'first' }, backends: ['c', 'b', 'a'] });
  assert.equal(names(f), 'c b a');
  assert.equal(f.served(2), 'c c');
});

test('endpoints that come and go together are one change', async t => {
  const f = turns(t, { maxConns: 1 });
  const { backend } = f.endpoint('a');
  const [first] = [f.claim(), f.claim()];
  const waiting = f.claim();
  f.pool.change(() => {
    for (const name of ['c', 'd']) f.pool.join({ ...backend, name });
    f.pool.leave(f.endpoint('a'), 'no longer wanted');
    f.pool.leave(f.endpoint('b'), 'no longer wanted');
  });
  await settled();
  assert.equal(waiting.at, 'c');
  assert.equal(f.claim().at, 'd');
  first!.lease!.release();
  assert.equal(names(f), 'c d b');
});

test('a change that comes to nothing half-way leaves a pool that is whole', t => {
  const f = turns(t);
  const { backend } = f.endpoint('a');
  const half = () =>
    f.pool.change(() => {
      f.pool.join({ ...backend, name: 'c' });
      f.pool.leave(f.endpoint('a'), 'no longer wanted');
      throw new RangeError('no room');
    });
  assert.throws(half, RangeError);
  assert.equal(f.served(4), 'b c b c');
});
