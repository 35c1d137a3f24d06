import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { GatewayError } from '../../../src/errors.ts';
import type { Place } from '../../../src/pool/claim.ts';
import { Gate, type Terms, type Waiter } from '../../../src/pool/gate.ts';
import { Fixture, type Setting, settled } from './support.ts';

/** What waits at a gate and notes its fate; once it has passed it asks for a lease, if it is told to. */
class FakeWaiter implements Waiter {
  readonly priority = 0;
  readonly name: string;
  place: Place | null = null;
  gate: Gate | null = null;
  error: GatewayError | undefined;
  onPassed: () => void;

  constructor(name: string, onPassed: (name: string) => void) {
    this.name = name;
    this.onPassed = () => onPassed(name);
  }

  passed(): void {
    this.onPassed();
  }

  refused(error: GatewayError): void {
    this.error = error;
  }
}

/** A gate of a pool on a clock that stands still. */
function gateOf(t: TestContext, setting: Setting = {}) {
  const f = new Fixture(t, setting);
  const passed: string[] = [];
  const stop = (name: string) => {
    const waiter = new FakeWaiter(name, each => passed.push(each));
    f.pool.gate.stop(waiter);
    return waiter;
  };
  const stopMany = (count: number) => Array.from({ length: count }, (_, i) => stop(String(i)));
  return { f, gate: f.pool.gate, passed, stop, stopMany };
}

function terms(of: Partial<Terms> = {}): Terms {
  // biome-ignore lint/suspicious/noThenProperty: it is the word of the order, never of a promise.
  return { for: Number.POSITIVE_INFINITY, then: 'resume', bypass: [], ended: () => {}, ...of };
}

function failing(duration: number): Terms {
  // biome-ignore lint/suspicious/noThenProperty: it is the word of the order, never of a promise.
  return terms({ for: duration, then: 'fail' });
}

test('so many a second go, evenly, the first one at once', async t => {
  const { f, gate, passed, stopMany } = gateOf(t);
  gate.hold(terms());
  stopMany(100);
  gate.resume(50);
  await f.clock.pass(0);
  assert.equal(passed.length, 1);
  await f.clock.pass(500);
  assert.ok(Math.abs(passed.length - 26) <= 1, `${passed.length} after half a second`);
  await f.clock.pass(500);
  assert.ok(Math.abs(passed.length - 51) <= 1, `${passed.length} after a second`);
  await f.clock.pass(1000);
  assert.equal(passed.length, 100);
  assert.deepEqual(
    passed,
    Array.from({ length: 100 }, (_, i) => String(i)),
  );
});

test('a pace ends although more come than it allows: it grows once those have gone who waited', async t => {
  const { f, gate, passed, stop, stopMany } = gateOf(t, { queue: { length: 10_000, timeout: 1000 } });
  gate.hold(terms());
  stopMany(20);
  gate.resume(20);
  for (let ms = 0; ms < 1000; ms += 10) {
    stop(`new ${ms}`);
    await f.clock.pass(10);
  }
  assert.ok(passed.length <= 21, `${passed.length} have gone within the first second`);
  for (let ms = 1000; ms < 7000 && gate.shut; ms += 10) {
    stop(`new ${ms}`);
    await f.clock.pass(10);
  }
  assert.equal(gate.shut, false);
  assert.deepEqual(passed.slice(19, 22), ['19', 'new 0', 'new 10']);
});

test('after a pause of the process no more than a tenth of a second is made up for', async t => {
  const { f, gate, passed, stopMany } = gateOf(t, { queue: { length: 1000, timeout: 1000 } });
  gate.hold(terms());
  stopMany(500);
  gate.resume(100);
  await f.clock.pass(0);
  f.clock.jump(2000);
  await settled();
  assert.ok(passed.length <= 12, `${passed.length} went`);
});

test('a few go in each turn of the event loop, whatever the number of those who wait', async t => {
  const { gate, passed, stopMany } = gateOf(t);
  gate.hold(terms());
  stopMany(100);
  gate.resume(Number.POSITIVE_INFINITY);
  let most = 0;
  for (let before = 0; passed.length < 100; before = passed.length) {
    await settled();
    most = Math.max(most, passed.length - before);
  }
  assert.ok(most <= 32, `${most} in one turn`);
});

test('it opens when nobody waits any more, and not before', async t => {
  const { f, gate, stopMany, stop, passed } = gateOf(t);
  gate.hold(terms());
  stopMany(2);
  gate.resume(10);
  await f.clock.pass(0);
  assert.equal(gate.shut, true);
  stop('newcomer');
  await f.clock.pass(150);
  assert.deepEqual(passed, ['0', '1']);
  await f.clock.pass(150);
  assert.deepEqual(passed, ['0', '1', 'newcomer']);
  assert.equal(gate.shut, false);
  assert.equal(gate.status(), null);
});

test('a hold ends after its time, and the order hears of it', async t => {
  const { f, gate, passed, stopMany } = gateOf(t);
  let ended = 0;
  gate.hold(terms({ for: 200, ended: () => ended++ }));
  stopMany(3);
  await f.clock.pass(199);
  assert.equal(passed.length, 0);
  await f.clock.pass(2);
  await settled();
  assert.equal(passed.length, 3);
  assert.equal(ended, 1);
});

test('a hold of more days than a timer can count lasts them all', async t => {
  const { f, gate } = gateOf(t);
  gate.hold(terms({ for: 40 * 86_400_000 }));
  f.clock.jump(30 * 86_400_000);
  assert.equal(gate.held, true);
  f.clock.jump(10 * 86_400_000);
  assert.equal(gate.held, false);
});

test('the end of an order that another one has replaced means nothing', async t => {
  const { f, gate, stop } = gateOf(t);
  gate.hold(failing(100));
  gate.hold(terms({ for: 300 }));
  const waiter = stop('a');
  await f.clock.pass(200);
  assert.equal(waiter.error, undefined);
  assert.equal(gate.held, true);
  assert.equal(gate.status()!.leftMs, 100);
});

test('once a hold has failed, another one holds again', async t => {
  const { f, gate, stop } = gateOf(t);
  gate.hold(failing(100));
  const first = stop('a');
  await f.clock.pass(101);
  assert.equal(first.error!.kind, 'held_too_long');
  assert.equal(gate.status()!.phase, 'failing');
  gate.hold(terms());
  const second = stop('b');
  await f.clock.pass(10);
  assert.equal(second.error, undefined);
});

test('a file that appears while a hold has failed changes nothing until that is resumed', async t => {
  const { f, gate, stop, passed } = gateOf(t);
  gate.hold(failing(100));
  await f.clock.pass(101);
  gate.holdBy('/run/hold');
  assert.equal(stop('a').error!.kind, 'held_too_long');
  gate.resume(Number.POSITIVE_INFINITY);
  stop('b');
  assert.equal(gate.held, true);
  gate.holdBy('');
  await settled();
  assert.deepEqual(passed, ['b']);
});

test('one that throws as it passes is refused, and those behind it pass', async t => {
  const { f, gate, stop, passed } = gateOf(t);
  gate.hold(terms());
  const odd = stop('odd');
  odd.onPassed = () => {
    throw new TypeError('a defect');
  };
  stop('next');
  gate.resume(Number.POSITIVE_INFINITY);
  await settled();
  assert.equal(odd.error!.kind, 'internal_error');
  assert.deepEqual(passed, ['next']);
  assert.match(String(f.log.messages[0]!.facts['stack']), /TypeError: a defect/);
});

test('what was held while the gateway began to shut down is refused, as is all that comes', async t => {
  const { gate, stopMany, stop } = gateOf(t);
  gate.hold(terms());
  const waiters = stopMany(3);
  gate.drain();
  await settled();
  for (const { error } of waiters) assert.equal(error!.kind, 'shutting_down');
  assert.equal(stop('late').error!.kind, 'shutting_down');
});

test('those who are on their way through when the gateway begins to shut down pass', async t => {
  const { f, gate, stopMany, passed } = gateOf(t);
  gate.hold(terms());
  stopMany(3);
  gate.resume(100);
  gate.drain();
  await f.clock.pass(50);
  assert.equal(passed.length, 3);
});

test('with the queue off nobody waits', t => {
  const { gate, stop } = gateOf(t, { queue: { length: 0, timeout: 1000 } });
  gate.hold(terms());
  assert.equal(stop('a').error!.kind, 'connection_limit_reached');
});

test('a claim that is refused because of a hold leaves those who bypass it in the queue', async t => {
  const { f, gate } = gateOf(t, { backends: ['a'], maxConns: 1 });
  f.claim('busy');
  const bypassing = f.claim('bypassing', -1);
  const queued = f.claim('queued');
  gate.hold(failing(10));
  await f.clock.pass(20);
  assert.equal(queued.error!.kind, 'held_too_long');
  assert.equal(bypassing.error, undefined);
  assert.equal(f.claim('retry', 0, 'a').error!.kind, 'held_too_long');
});

test('those who wait for room in the queue go on when the queue is emptied by refusals', async t => {
  const { f, gate, stopMany, passed } = gateOf(t, { backends: ['a'], maxConns: 1 });
  f.claim('busy');
  gate.hold(terms());
  stopMany(3);
  for (let i = 0; i < 20; i++) f.claim('queued');
  gate.resume(Number.POSITIVE_INFINITY);
  await settled();
  assert.equal(passed.length, 0);
  f.pool.refuseQueued('no_endpoint');
  await settled();
  assert.equal(passed.length, 3);
  assert.equal(gate.shut, false);
});

test('who has passed a route waits no longer for room that the end of a hold has made', async t => {
  const { f, gate } = gateOf(t, { backends: ['a'], maxConns: 1 });
  f.claim('busy');
  for (let i = 0; i < 20; i++) f.claim('queued');
  const route = new Gate('route r', f.pool);
  let passed = 0;
  route.hold(terms());
  route.stop(new FakeWaiter('w', () => passed++));
  route.resume(Number.POSITIVE_INFINITY);
  await settled();
  assert.equal(passed, 0);
  gate.hold(failing(10));
  await f.clock.pass(20);
  await settled();
  await settled();
  assert.equal(passed, 1);
});

test('a file that is gone is no reason any more where an operator holds as well', t => {
  const { gate } = gateOf(t);
  gate.hold(terms());
  gate.holdBy('/run/hold');
  assert.equal(gate.status()!.why, 'while the file /run/hold exists');
  gate.holdBy('');
  assert.equal(gate.status()!.why, 'by an operator');
});
