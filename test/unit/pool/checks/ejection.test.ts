import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { settled } from '../support.ts';
import { CheckedFixture, type CheckedSetting } from './support.ts';

/** A pool of which all endpoints have passed their first check. */
async function healthy(t: TestContext, setting: CheckedSetting = {}): Promise<CheckedFixture> {
  const f = new CheckedFixture(t, setting);
  f.pool.start();
  for (const check of f.pending) check.answer(200);
  await settled();
  return f;
}

/** Lets time pass while every check is answered alike. */
async function pass(f: CheckedFixture, ms: number, status = 200): Promise<void> {
  for (let i = 0; i < ms; i++) {
    for (const check of f.pending) check.answer(status);
    await f.clock.pass(1);
  }
}

test('where there are checks no request of a client is a probe: a check at the end of the rest brings an endpoint back', async t => {
  const f = await healthy(t, { check: { interval: 60_000 } });
  f.endpoint('a').failed('connection_refused');
  await pass(f, 1990);
  assert.equal(f.stateOf('a'), 'ejected');
  assert.equal(f.served(2), 'b b');
  await pass(f, 20);
  assert.equal(f.stateOf('a'), 'up');
  assert.equal(f.served(1), 'a');
});

test('a check that passes before the rest is over does not end it', async t => {
  const f = await healthy(t, { check: { interval: 200 } });
  f.endpoint('a').failed('connection_refused');
  const before = f.protocol.sent.length;
  await pass(f, 1900);
  assert.ok(f.protocol.sent.length > before + 10);
  assert.equal(f.stateOf('a'), 'ejected');
});

test('an endpoint whose checks fail stays out when its rest is over', async t => {
  const f = await healthy(t, { check: { interval: 500, fall: 100 } });
  f.endpoint('a').failed('connection_refused');
  await pass(f, 4000, 500);
  assert.equal(f.stateOf('a'), 'ejected');
  assert.equal(f.served(2), 'b b');
});

test('one that fails again as soon as checks have brought it back rests twice as long', async t => {
  const f = await healthy(t, { check: { interval: 100 } });
  f.endpoint('a').failed('connection_refused');
  await pass(f, 2010);
  f.endpoint('a').failed('connection_refused');
  assert.equal(f.pool.status().endpoints[0]!.restMs, 4000);
  await pass(f, 4010);
  f.endpoint('a').succeeded(1);
  f.endpoint('a').failed('connection_refused');
  assert.equal(f.pool.status().endpoints[0]!.restMs, 2000);
});

test('a claim that waits for an ejected endpoint keeps no clock busy, and is served when a check passes', async t => {
  const queue = { length: 9, timeout: 60_000 };
  const f = await healthy(t, { queue, maxConns: 1, check: { interval: 60_000 } });
  f.endpoint('a').failed('connection_refused');
  assert.equal(f.claim().at, 'b');
  const waiting = f.claim();
  const sent = f.protocol.sent.length;
  f.clock.jump(2010);
  const before = f.clock.reads;
  await f.clock.pass(500);
  assert.ok(f.clock.reads - before < 20, `${f.clock.reads - before} reads of the clock`);
  assert.equal(f.protocol.sent.length, sent + 1);
  f.checkOf('a').answer(200);
  await settled();
  assert.equal(waiting.at, 'a');
});

test('what is down by its checks and ejected by its failures is up when both are over', async t => {
  const f = await healthy(t, { check: { interval: 500, rise: 1, fall: 1 } });
  f.endpoint('a').failed('connection_refused');
  await pass(f, 700, 500);
  assert.equal(f.stateOf('a'), 'down');
  await pass(f, 700);
  assert.equal(f.stateOf('a'), 'ejected');
  await pass(f, 700);
  assert.equal(f.stateOf('a'), 'up');
});

test('the checks that bring it up end a rest that is over as well', async t => {
  const f = await healthy(t, { check: { interval: 5000, rise: 1, fall: 1 } });
  f.endpoint('a').failed('connection_refused');
  await f.play('a', 500);
  assert.equal(f.stateOf('a'), 'down');
  await f.play('a', 200);
  assert.equal(f.stateOf('a'), 'up');
});

test('an answer to a client does not bring up what its checks have taken down', async t => {
  const f = await healthy(t, { backends: ['a'], check: { fall: 1 } });
  await f.play('a', 500);
  const resort = f.claim();
  assert.equal(resort.at, 'a');
  f.endpoint('a').succeeded(1);
  resort.lease!.release();
  assert.equal(f.stateOf('a'), 'down');
});

test('the last resort of what is down fails without a word in the log', async t => {
  const f = await healthy(t, { check: { fall: 1 } });
  await f.play('a', 500);
  await f.play('b', 500);
  const told = f.log.messages.filter(({ level }) => level !== 'debug').length;
  for (let i = 0; i < 5; i++) {
    const resort = f.claim();
    f.endpoint(resort.at!).failed('connection_refused');
    resort.lease!.release();
  }
  assert.equal(f.log.messages.filter(({ level }) => level !== 'debug').length, told);
});
