import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fixture, settled } from './support.ts';

/** Ejects an endpoint and has its probes fail so often. */
async function failProbes(f: Fixture, name: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await f.clock.pass(f.pool.status().endpoints[f.endpoint(name).index]!.restMs);
    const probe = f.claim();
    assert.equal(probe.at, name);
    f.endpoint(name).failed('connection_refused');
    probe.lease!.release();
  }
}

function restOf(f: Fixture, name: string): number {
  return f.pool.status().endpoints[f.endpoint(name).index]!.restMs;
}

test('an endpoint that failed rests, and the log says why and for how long', t => {
  const f = new Fixture(t);
  f.endpoint('a').failed('connection_refused');
  assert.equal(f.served(3), 'b b b');
  assert.deepEqual(f.log.messages, [
    {
      level: 'warn',
      message: 'endpoint ejected',
      facts: { pool: 'p', endpoint: 'a', reason: 'connection_refused', fails: 1, restMs: 2000 },
    },
  ]);
});

test('what happened is said in the log and in the status of an ejected endpoint, as far as it is no novel', t => {
  const f = new Fixture(t);
  f.endpoint('a').failed('tls_certificate_error', `it has expired${'.'.repeat(1000)}`);
  const { detail } = f.log.messages[0]!.facts;
  assert.match(String(detail), /^it has expired\.{386}$/);
  assert.match(
    f.endpoint('a').standing.state.why,
    /^tls_certificate_error: it has expired\.{386}, 1 failure$/,
  );
});

test('only so many failures in a row eject', t => {
  const f = new Fixture(t, { health: { maxFails: 3, failTimeout: 2000 } });
  const a = f.endpoint('a');
  a.failed('connection_refused');
  a.failed('connection_refused');
  a.succeeded(1);
  a.failed('connection_refused');
  a.failed('connection_refused');
  assert.equal(a.up, true);
  a.failed('connection_refused');
  assert.equal(a.up, false);
});

test('failures further apart than the fail time-out are no row', async t => {
  const f = new Fixture(t, { health: { maxFails: 2, failTimeout: 2000 } });
  const a = f.endpoint('a');
  a.failed('connection_refused');
  await f.clock.pass(2001);
  a.failed('connection_refused');
  assert.equal(a.up, true);
  await f.clock.pass(1999);
  a.failed('connection_refused');
  assert.equal(a.up, false);
});

test('with max-fails 0 nothing is ejected', t => {
  const f = new Fixture(t, { health: { maxFails: 0, failTimeout: 2000 } });
  for (let i = 0; i < 10; i++) f.endpoint('a').failed('connection_refused');
  assert.equal(f.claim().at, 'a');
});

test('the only endpoint of a pool is never ejected', t => {
  const f = new Fixture(t, { backends: ['a'] });
  for (let i = 0; i < 10; i++) f.endpoint('a').failed('connection_refused');
  assert.equal(f.pool.status().endpoints[0]!.state, 'up');
  assert.equal(f.claim().at, 'a');
});

test('after the rest one request goes as a probe, and the others keep away until its outcome', async t => {
  const f = new Fixture(t);
  f.endpoint('a').failed('connection_refused');
  await f.clock.pass(1999);
  assert.equal(f.claim().at, 'b');
  await f.clock.pass(1);
  const probe = f.claim();
  assert.equal(probe.at, 'a');
  assert.equal(f.pool.status().endpoints[0]!.state, 'probing');
  assert.equal(f.served(3), 'b b b');
  f.endpoint('a').succeeded(5);
  assert.equal(f.served(2), 'a a');
  assert.deepEqual(f.log.messages.at(-1), {
    level: 'info',
    message: 'endpoint restored',
    facts: { pool: 'p', endpoint: 'a' },
  });
});

test('a probe without an outcome lets the next request be one', async t => {
  const f = new Fixture(t);
  f.endpoint('a').failed('connection_refused');
  await f.clock.pass(2000);
  const probe = f.claim();
  probe.lease!.release();
  assert.equal(f.pool.status().endpoints[0]!.state, 'ejected');
  assert.equal(f.claim().at, 'a');
  assert.equal(f.claim().at, 'b');
});

test('the late release of an old probe does not end a new one', async t => {
  const f = new Fixture(t);
  f.endpoint('a').failed('connection_refused');
  await f.clock.pass(2000);
  const old = f.claim();
  f.endpoint('a').failed('connection_refused');
  await f.clock.pass(4000);
  assert.equal(f.claim().at, 'a');
  old.lease!.release();
  assert.equal(f.claim().at, 'b');
});

test('rests double with each failed probe, up to a minute', async t => {
  const f = new Fixture(t);
  f.endpoint('a').failed('connection_refused');
  const rests = [restOf(f, 'a')];
  for (let i = 0; i < 6; i++) {
    await failProbes(f, 'a', 1);
    rests.push(restOf(f, 'a'));
  }
  assert.deepEqual(rests, [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
});

test('a success makes the next rest a short one', async t => {
  const f = new Fixture(t);
  f.endpoint('a').failed('connection_refused');
  await failProbes(f, 'a', 2);
  assert.equal(restOf(f, 'a'), 8000);
  await f.clock.pass(8000);
  f.claim();
  f.endpoint('a').succeeded(1);
  f.endpoint('a').failed('connection_refused');
  assert.equal(restOf(f, 'a'), 2000);
});

test('an answer to a request from before the ejection does not end it', t => {
  const f = new Fixture(t);
  const old = f.claim();
  f.endpoint('a').failed('connection_refused');
  f.endpoint('a').succeeded(1);
  old.lease!.release();
  assert.equal(f.claim().at, 'b');
});

test('failures while it rests do not make the rest longer', async t => {
  const f = new Fixture(t);
  f.endpoint('a').failed('connection_refused');
  await f.clock.pass(500);
  f.endpoint('a').failed('connection_refused');
  assert.equal(restOf(f, 'a'), 1500);
});

test('with everything ejected the one whose rest ends first is used', async t => {
  const f = new Fixture(t);
  f.endpoint('b').failed('connection_refused');
  await f.clock.pass(100);
  f.endpoint('a').failed('connection_refused');
  assert.equal(f.served(2), 'b b');
  assert.equal(f.claim('retry', 0, 'b').at, 'a', 'an untried one is better');
});

test('the log tells an ejection once, however often the last resort fails', t => {
  const f = new Fixture(t);
  f.endpoint('a').failed('connection_refused');
  f.endpoint('b').failed('connection_refused');
  for (let i = 0; i < 5; i++) {
    const resort = f.claim();
    f.endpoint(resort.at!).failed('connection_refused');
    resort.lease!.release();
  }
  const told = f.log.messages.filter(({ level }) => level === 'warn');
  assert.deepEqual(
    told.map(({ message, facts }) => `${message} ${facts['endpoint']}`),
    ['endpoint ejected a', 'endpoint ejected b'],
  );
});

test('a success in the last resort restores at once', async t => {
  const f = new Fixture(t);
  f.endpoint('b').failed('connection_refused');
  await f.clock.pass(100);
  f.endpoint('a').failed('connection_refused');
  assert.equal(f.claim().at, 'b');
  f.endpoint('b').succeeded(1);
  assert.equal(f.endpoint('b').up, true);
  assert.equal(f.endpoint('a').up, false);
});

test('rests do not grow while nothing at all is up', async t => {
  const f = new Fixture(t);
  f.endpoint('a').failed('connection_refused');
  f.endpoint('b').failed('connection_refused');
  for (let i = 0; i < 5; i++) {
    await f.clock.pass(2000);
    f.endpoint(f.claim().at!).failed('connection_refused');
    f.endpoint(f.claim().at!).failed('connection_refused');
    assert.deepEqual([restOf(f, 'a'), restOf(f, 'b')], [2000, 2000]);
  }
});

test('where requests go elsewhere meanwhile, rests grow by the probes, and not by the last resort', async t => {
  const f = new Fixture(t);
  f.pool.ledger.dispensable = true;
  f.endpoint('b').disabled = true;
  f.endpoint('a').failed('connection_refused');
  const rests = [restOf(f, 'a')];
  for (let i = 0; i < 6; i++) {
    await failProbes(f, 'a', 1);
    const lastResort = f.claim();
    f.endpoint('a').failed('connection_refused');
    lastResort.lease!.release();
    rests.push(restOf(f, 'a'));
  }
  assert.deepEqual(rests, [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
});

test('the last resort keeps to limits, and to what an operator took out', t => {
  const f = new Fixture(t, { maxConns: 1, backends: ['a', 'b', 'c'] });
  f.endpoint('c').disabled = true;
  f.endpoint('a').failed('connection_refused');
  f.endpoint('b').failed('connection_refused');
  assert.deepEqual([f.claim().at, f.claim().at, f.claim().at], ['a', 'b', undefined]);
  assert.equal(f.pool.queued, 1);
});

test('a queued claim is served when an ejected endpoint comes back', async t => {
  const f = new Fixture(t, { maxConns: 1, queue: { length: 9, timeout: 60_000 } });
  f.endpoint('a').failed('connection_refused');
  assert.equal(f.claim().at, 'b');
  const waiting = f.claim();
  await f.clock.pass(1999);
  assert.equal(waiting.lease, undefined);
  await f.clock.pass(1);
  assert.equal(waiting.at, 'a');
});

test('a claim that waits already is served by an endpoint that is ejected and comes back later', async t => {
  const f = new Fixture(t, { maxConns: 1, queue: { length: 9, timeout: 60_000 } });
  const first = f.claim();
  f.claim();
  const waiting = f.claim();
  f.endpoint('a').failed('connection_refused');
  first.lease!.release();
  await settled();
  assert.equal(waiting.lease, undefined);
  await f.clock.pass(2000);
  assert.equal(waiting.at, 'a');
});

test('the ejection of the last one that was up makes the last resort serve the queue', async t => {
  const f = new Fixture(t, { maxConns: 1 });
  f.endpoint('a').failed('connection_refused');
  assert.equal(f.claim().at, 'b');
  const waiting = f.claim();
  f.endpoint('b').failed('http_response_timeout');
  await settled();
  assert.equal(waiting.at, 'a');
});

test('an endpoint that is due but full does not keep the clock busy', async t => {
  const f = new Fixture(t, { maxConns: 1, queue: { length: 9, timeout: 60_000 } });
  assert.deepEqual([f.claim().at, f.claim().at], ['a', 'b']);
  f.endpoint('a').failed('http_response_timeout');
  const waiting = f.claim();
  await f.clock.pass(2000);
  const before = f.clock.reads;
  await f.clock.pass(1000);
  assert.equal(waiting.lease, undefined);
  assert.equal(f.clock.reads, before);
});

test('a restored endpoint serves the whole queue, not the probe alone', async t => {
  const f = new Fixture(t, {
    queue: { length: 9, timeout: 60_000 },
    backends: ['a', { name: 'b', maxConns: 1 }],
  });
  f.endpoint('a').failed('connection_refused');
  f.claim();
  const waiting = [f.claim(), f.claim(), f.claim()];
  await f.clock.pass(2000);
  assert.deepEqual(
    waiting.map(claim => claim.at),
    ['a', undefined, undefined],
  );
  f.endpoint('a').succeeded(1);
  await settled();
  assert.deepEqual(
    waiting.map(claim => claim.at),
    ['a', 'a', 'a'],
  );
});

test('a primary is probed although a backup is up, and takes over when it is restored', async t => {
  const f = new Fixture(t, { backends: ['a', { name: 'b', backup: true }] });
  f.endpoint('a').failed('connection_refused');
  assert.equal(f.claim().at, 'b');
  await f.clock.pass(2000);
  assert.equal(f.claim().at, 'a');
  assert.equal(f.claim().at, 'b');
  f.endpoint('a').succeeded(1);
  assert.equal(f.claim().at, 'a');
});

test('an endpoint that drains while ejected is restored quietly and stays out', async t => {
  const f = new Fixture(t);
  f.endpoint('a').failed('connection_refused');
  await f.clock.pass(2000);
  assert.equal(f.claim().at, 'a');
  f.endpoint('a').draining = true;
  f.endpoint('a').succeeded(1);
  assert.equal(f.claim().at, 'b');
  f.endpoint('a').draining = false;
  assert.equal(f.claim().at, 'a');
});
