import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { BreakerConfig } from '../../../src/config/config.ts';
import { type FakeClaim, Fixture, poolConfig, type Setting, settled } from './support.ts';

const BREAKER: BreakerConfig = { errors: 0.5, latency: 0, window: 10_000, minimum: 4, rest: 5000 };

function fixture(t: TestContext, breaker: Partial<BreakerConfig> = {}, setting: Setting = {}): Fixture {
  return new Fixture(t, { health: { maxFails: 0 }, breaker: { ...BREAKER, ...breaker }, ...setting });
}

/** The breaker hears of a claim's attempt what the proxy would tell it. */
function answer(f: Fixture, claim: FakeClaim, failed: boolean, ms = 10): void {
  f.pool.breaker!.record(claim.lease!, failed, ms);
  claim.lease!.release();
}

/** So many exchanges that end alike. */
function answers(f: Fixture, count: number, failed: boolean, ms = 10): void {
  for (let i = 0; i < count; i++) answer(f, f.claim(), failed, ms);
}

function state(f: Fixture): string {
  return f.pool.status().breaker!.state;
}

test('a pool without a breaker has none', t => {
  const f = new Fixture(t);
  assert.equal(f.pool.breaker, null);
  assert.equal(f.pool.status().breaker, null);
});

test('it opens when so large a share of answers were errors, and the log says so', t => {
  const f = fixture(t);
  answers(f, 3, false);
  answers(f, 2, true);
  assert.equal(state(f), 'closed');
  answers(f, 1, true);
  assert.equal(state(f), 'open');
  const reason = '3 of 6 answers within 10s were errors';
  assert.deepEqual(f.log.messages, [
    { level: 'warn', message: 'circuit opened', facts: { pool: 'p', reason, restMs: 5000 } },
  ]);
  assert.deepEqual(f.pool.status().breaker, { state: 'open', why: reason, stateMs: 0, opened: 1 });
});

test('of too few answers nothing is concluded', t => {
  const f = fixture(t);
  answers(f, 3, true);
  assert.equal(state(f), 'closed');
  answers(f, 1, true);
  assert.equal(state(f), 'open');
});

test('errors that are further back than the window do not count', async t => {
  const f = fixture(t);
  answers(f, 3, true);
  await f.clock.pass(11_000);
  answers(f, 3, true);
  assert.equal(state(f), 'closed');
});

test('it opens when half of the answers took too long, however they were', t => {
  const f = fixture(t, { errors: 0, latency: 500 });
  answers(f, 10, true, 100);
  assert.equal(state(f), 'closed');
  answers(f, 10, false, 500);
  assert.equal(state(f), 'closed');
  answers(f, 1, false, 500);
  assert.equal(state(f), 'open');
  assert.equal(f.pool.status().breaker!.why, '11 of 21 answers within 10s took 500ms or longer');
});

test('an attempt that failed without an answer is an error, and slower than any', t => {
  for (const breaker of [{ errors: 0.5 }, { errors: 0, latency: 500 }]) {
    const f = fixture(t, breaker);
    for (let i = 0; i < 4; i++) {
      const claim = f.claim();
      f.pool.breaker!.failed(claim.lease!, false);
      claim.lease!.release();
    }
    assert.equal(state(f), 'open');
  }
});

test('an answer that broke off counts once, as an error', t => {
  const f = fixture(t);
  for (let i = 0; i < 4; i++) {
    const claim = f.claim();
    f.pool.breaker!.record(claim.lease!, false, 10);
    f.pool.breaker!.failed(claim.lease!, true);
  }
  assert.equal(state(f), 'open');
  assert.equal(f.pool.status().breaker!.why, '3 of 4 answers within 10s were errors');
});

test('while it is open nobody gets a lease, and everybody is told how long that lasts', async t => {
  const f = fixture(t);
  answers(f, 4, true);
  await f.clock.pass(1500);
  const { error, lease } = f.claim();
  assert.equal(lease, undefined);
  assert.deepEqual([error!.kind, error!.retryAfter, error!.row.status], ['circuit_open', 4, 503]);
  assert.equal(error!.message, 'pool p is not asked: 4 of 4 answers within 10s were errors');
  assert.equal(f.claim().error, error, 'a refusal costs next to nothing');
});

test('those who wait for a slot are refused when it opens', async t => {
  const f = fixture(t, {}, { maxConns: 1, backends: ['a'] });
  answers(f, 3, true);
  const last = f.claim();
  const waiting = f.claim();
  answer(f, last, true);
  await settled();
  assert.equal(waiting.error?.kind, 'circuit_open');
  assert.equal(f.pool.queued, 0);
});

test('thousands who wait are refused a few at a time, so that nobody else has to wait for that', async t => {
  const f = fixture(t, {}, { maxConns: 1, backends: ['a'], queue: { length: 5000, timeout: 60_000 } });
  const first = f.claim();
  const waiting = Array.from({ length: 5000 }, () => f.claim());
  for (let i = 0; i < 4; i++) f.pool.breaker!.record(first.lease!, true, 1);
  let most = 0;
  for (let before = 0; f.pool.queued > 0; before = 5000 - f.pool.queued) {
    await settled();
    most = Math.max(most, 5000 - f.pool.queued - before);
  }
  assert.ok(most <= 2 * 64, `${most} in one turn`);
  assert.ok(waiting.every(({ error }) => error?.kind === 'circuit_open'));
});

test('those who are held wait, and are judged when they are let go', async t => {
  const f = fixture(t);
  f.pool.held = true;
  const waiting = f.claim();
  f.pool.held = false;
  await settled();
  assert.equal(waiting.at, 'a');
  answers(f, 4, true);
  f.pool.held = true;
  const held = f.claim();
  assert.deepEqual([held.error], [undefined]);
  f.pool.held = false;
  await settled();
  assert.equal(held.error?.kind, 'circuit_open');
});

test('after its rest one request at a time goes through, and a success closes it', async t => {
  const f = fixture(t);
  answers(f, 4, true);
  await f.clock.pass(5000);
  assert.equal(state(f), 'probing');
  const probe = f.claim();
  assert.equal(probe.at, 'a');
  assert.equal(f.claim().error?.kind, 'circuit_open');
  answer(f, probe, false);
  assert.equal(state(f), 'closed');
  assert.equal(f.served(2), 'a a');
  assert.equal(f.log.messages.at(-1)!.message, 'circuit closed');
});

test('what was counted before is forgotten when it closes', async t => {
  const f = fixture(t);
  answers(f, 4, true);
  await f.clock.pass(5000);
  answer(f, f.claim(), false);
  answers(f, 3, true);
  assert.equal(state(f), 'closed');
});

test('a probe that fails opens it again for twice as long, up to a minute', async t => {
  const f = fixture(t);
  answers(f, 4, true);
  const rests: unknown[] = [];
  for (let i = 0; i < 6; i++) {
    await f.clock.pass(60_000);
    answer(f, f.claim(), true);
    rests.push(f.log.messages.at(-1)!.facts['restMs']);
  }
  assert.deepEqual(rests, [10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  assert.equal(f.log.messages.at(-1)!.message, 'circuit stays open');
  assert.equal(f.pool.status().breaker!.opened, 1);
});

test('the next time it opens its rest is a short one again', async t => {
  const f = fixture(t);
  answers(f, 4, true);
  await f.clock.pass(5000);
  answer(f, f.claim(), true);
  await f.clock.pass(10_000);
  answer(f, f.claim(), false);
  answers(f, 4, true);
  assert.equal(f.log.messages.at(-1)!.facts['restMs'], 5000);
  assert.equal(f.pool.status().breaker!.opened, 2);
});

test('a probe that is too slow is a failure', async t => {
  const f = fixture(t, { errors: 0, latency: 500 });
  answers(f, 4, false, 600);
  await f.clock.pass(5000);
  answer(f, f.claim(), false, 500);
  assert.equal(state(f), 'open');
});

test('answers to requests from before decide nothing while it is open', async t => {
  const f = fixture(t);
  const old = [f.claim(), f.claim(), f.claim()];
  answers(f, 4, true);
  answer(f, old[0]!, false);
  assert.equal(state(f), 'open');
  await f.clock.pass(5000);
  const probe = f.claim();
  answer(f, old[1]!, false);
  answer(f, old[2]!, true);
  assert.equal(state(f), 'probing');
  answer(f, probe, false);
  assert.equal(state(f), 'closed');
});

test('a probe of which nothing comes makes way for another: released, withdrawn, or refused', async t => {
  const f = fixture(t, {}, { maxConns: 1, backends: ['a'] });
  const blocker = f.claim();
  for (let i = 0; i < 4; i++) f.pool.breaker!.record(blocker.lease!, true, 1);
  await f.clock.pass(5000);
  const withdrawn = f.claim();
  assert.equal(f.claim().error?.kind, 'circuit_open');
  assert.equal(f.pool.withdraw(withdrawn), true);
  const late = f.claim();
  await f.clock.pass(1000);
  assert.equal(late.error?.kind, 'queue_timeout');
  blocker.lease!.release();
  const released = f.claim();
  assert.equal(released.at, 'a');
  released.lease!.release();
  const last = f.claim();
  assert.equal(last.at, 'a');
  answer(f, last, false);
  assert.equal(state(f), 'closed');
});

test('a probe that is refused because the pool is held makes way for another', async t => {
  const f = fixture(t, {}, { maxConns: 1, backends: ['a'] });
  const blocker = f.claim();
  for (let i = 0; i < 4; i++) f.pool.breaker!.record(blocker.lease!, true, 1);
  await f.clock.pass(5000);
  const probe = f.claim();
  f.pool.held = true;
  f.pool.refuseHeld(f.pool.overdue, 16);
  assert.equal(probe.error?.kind, 'held_too_long');
  f.pool.held = false;
  blocker.lease!.release();
  assert.equal(f.claim().at, 'a');
});

test('a reload keeps a breaker whose setting is the same, and makes another anew', t => {
  const f = fixture(t);
  answers(f, 4, true);
  const setting = { health: { maxFails: 0 } };
  f.pool.configure(poolConfig({ ...setting, breaker: { ...BREAKER } }));
  assert.equal(state(f), 'open');
  f.pool.configure(poolConfig({ ...setting, breaker: { ...BREAKER, rest: 1000 } }));
  assert.equal(state(f), 'closed');
  f.pool.configure(poolConfig(setting));
  assert.equal(f.pool.breaker, null);
});
