import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClaim, Fixture, settled } from './support.ts';

/** A pool with one slot, taken. */
function busy(...[t, setting]: ConstructorParameters<typeof Fixture>) {
  const f = new Fixture(t, { maxConns: 1, backends: ['a'], ...setting });
  return { f, holder: f.claim('holder') };
}

/** Puts claims into the queue, and notes the order in which they are granted; each releases its lease at once. */
function line(
  f: Fixture,
  ...claims: [name: string, priority: number][]
): { order: string[]; all: FakeClaim[] } {
  const order: string[] = [];
  const all = claims.map(([name, priority]) => {
    const claim = new FakeClaim(name, priority);
    claim.onGranted = lease => {
      order.push(name);
      lease.release();
    };
    f.pool.acquire(claim);
    return claim;
  });
  return { order, all };
}

test('claims of one class are granted in the order of their coming', async t => {
  const { f, holder } = busy(t);
  const { order } = line(f, ['1', 0], ['2', 0], ['3', 0]);
  assert.equal(f.pool.queued, 3);
  holder.lease!.release();
  await settled();
  assert.deepEqual(order, ['1', '2', '3']);
  assert.equal(f.pool.queued, 0);
  assert.equal(f.pool.inFlight, 0);
});

test('lower classes go first, whenever they came', async t => {
  const { f, holder } = busy(t);
  const { order } = line(f, ['low 1', 5], ['middle', 2], ['low 2', 5], ['high', 0]);
  holder.lease!.release();
  await settled();
  assert.deepEqual(order, ['high', 'middle', 'low 1', 'low 2']);
});

test('a newcomer does not overtake who waits already, even if it comes between release and grant', async t => {
  const { f, holder } = busy(t);
  const waiting = f.claim('waiting');
  holder.lease!.release();
  const newcomer = f.claim('newcomer');
  assert.ok(waiting.lease);
  assert.equal(newcomer.lease, undefined);
  waiting.lease!.release();
  await settled();
  assert.ok(newcomer.lease);
});

test('a withdrawn claim is out of the queue at once and never granted', async t => {
  const { f, holder } = busy(t);
  const { order, all } = line(f, ['1', 0], ['2', 0], ['3', 0]);
  assert.equal(f.pool.withdraw(all[1]!), true);
  assert.equal(f.pool.queued, 2);
  assert.equal(f.pool.withdraw(all[1]!), false);
  assert.equal(f.pool.withdraw(holder), false);
  holder.lease!.release();
  await settled();
  assert.deepEqual(order, ['1', '3']);
  assert.equal(all[1]!.error, undefined);
});

test('a claim withdrawn between release and grant leaves its turn to the next', async t => {
  const { f, holder } = busy(t);
  const { order, all } = line(f, ['1', 0], ['2', 0]);
  holder.lease!.release();
  f.pool.withdraw(all[0]!);
  await settled();
  assert.deepEqual(order, ['2']);
});

test('a full queue refuses, and says how long it is', t => {
  const { f } = busy(t, { queue: { length: 2, timeout: 1000 } });
  f.claim();
  f.claim();
  const third = f.claim();
  assert.equal(third.error!.kind, 'connection_limit_reached');
  assert.match(third.error!.message, /2 requests wait already/);
  assert.equal(f.pool.queued, 2);
});

test('with a queue of length 0 nobody waits', t => {
  const { f } = busy(t, { queue: { length: 0, timeout: 1000 } });
  const claim = f.claim();
  assert.equal(claim.error!.kind, 'connection_limit_reached');
  assert.match(claim.error!.message, /the queue is off/);
});

test('each claim is refused when its own time is up, in every class', async t => {
  const { f } = busy(t);
  const first = f.claim('first', 0);
  await f.clock.pass(400);
  const second = f.claim('second', 7);
  await f.clock.pass(599);
  assert.equal(first.error, undefined);
  await f.clock.pass(1);
  assert.equal(first.error!.kind, 'queue_timeout');
  assert.match(first.error!.message, /within 1s/);
  assert.equal(second.error, undefined);
  await f.clock.pass(399);
  assert.equal(second.error, undefined);
  await f.clock.pass(1);
  assert.equal(second.error!.kind, 'queue_timeout');
  assert.equal(f.pool.queued, 0);
});

test('the time of the earliest in any class counts', async t => {
  const { f } = busy(t);
  f.claim('first', 0);
  await f.clock.pass(200);
  const second = f.claim('second', 0);
  await f.clock.pass(200);
  f.claim('third', 7);
  await f.clock.pass(799);
  assert.equal(second.error, undefined);
  await f.clock.pass(1);
  assert.equal(second.error!.kind, 'queue_timeout');
});

test('a queue that emptied and filled again keeps time from the new start', async t => {
  const { f } = busy(t);
  f.pool.withdraw(f.claim());
  await f.clock.pass(900);
  const late = f.claim();
  await f.clock.pass(999);
  assert.equal(late.error, undefined);
  await f.clock.pass(1);
  assert.equal(late.error!.kind, 'queue_timeout');
});

test('ten thousand claims that fail at their grant do not nest', async t => {
  const { f, holder } = busy(t, { queue: { length: 20_000, timeout: 1000 } });
  const names = Array.from({ length: 10_000 }, (_, i): [string, number] => [String(i), 0]);
  const { order } = line(f, ...names);
  holder.lease!.release();
  await settled();
  assert.equal(order.length, 10_000);
  assert.equal(f.pool.inFlight, 0);
});

test('ten thousand claims that ask again from within their grant do not nest', async t => {
  const { f, holder } = busy(t, { queue: { length: 20_000, timeout: 1000 } });
  let granted = 0;
  for (let i = 0; i < 10_000; i++) {
    const claim = new FakeClaim();
    claim.onGranted = lease => {
      granted++;
      claim.onGranted = again => again.release();
      lease.release();
      f.pool.acquire(claim);
    };
    f.pool.acquire(claim);
  }
  holder.lease!.release();
  await settled();
  assert.equal(granted, 10_000);
  assert.deepEqual([f.pool.inFlight, f.pool.queued], [0, 0]);
  assert.equal(f.log.messages.length, 0);
});

test('a claim that asks again from within its grant goes to the end of the line', async t => {
  const { f, holder } = busy(t);
  const order: string[] = [];
  const failing = new FakeClaim('failing');
  failing.onGranted = lease => {
    order.push('failing');
    failing.onGranted = again => {
      order.push('failing again');
      again.release();
    };
    failing.tried = [lease.endpoint];
    lease.release();
    f.pool.acquire(failing);
  };
  f.pool.acquire(failing);
  const other = new FakeClaim('other');
  other.onGranted = lease => {
    order.push('other');
    lease.release();
  };
  f.pool.acquire(other);
  holder.lease!.release();
  await settled();
  assert.deepEqual(order, ['failing', 'other', 'failing again']);
});

test('a defect in one waiting claim does not stop those behind it', async t => {
  const { f, holder } = busy(t);
  const broken = new FakeClaim('broken');
  broken.onGranted = () => {
    throw new Error('a defect');
  };
  f.pool.acquire(broken);
  const { order } = line(f, ['next', 0]);
  holder.lease!.release();
  await settled();
  assert.equal(broken.error!.kind, 'internal_error');
  assert.deepEqual(order, ['next']);
  assert.equal(f.pool.inFlight, 0);
});

test('a claim is not queued twice', t => {
  const { f } = busy(t);
  const claim = f.claim();
  assert.throws(() => f.pool.acquire(claim), /queued twice/);
});

test('two slots that fall free at once serve two claims', async t => {
  const f = new Fixture(t, { maxConns: 1 });
  const holders = [f.claim(), f.claim()];
  const waiting = [f.claim(), f.claim()];
  for (const holder of holders) holder.lease!.release();
  await settled();
  assert.deepEqual(waiting.map(claim => claim.at).sort(), ['a', 'b']);
});
