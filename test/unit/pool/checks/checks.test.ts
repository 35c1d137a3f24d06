import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { poolConfig, settled } from '../support.ts';
import { CheckedFixture, type CheckedSetting } from './support.ts';

/** A pool whose checks have begun. */
async function begun(t: TestContext, setting: CheckedSetting = {}): Promise<CheckedFixture> {
  const f = new CheckedFixture(t, setting);
  f.pool.start();
  await settled();
  return f;
}

function logged(f: CheckedFixture): string[] {
  return f.log.messages
    .filter(({ level }) => level !== 'debug')
    .map(({ message, facts }) => [message, facts['endpoint'], facts['reason']].filter(Boolean).join(' '));
}

test('nothing is checked before the pool serves', async t => {
  const f = new CheckedFixture(t);
  await f.clock.pass(5000);
  assert.equal(f.protocol.connects, 0);
  f.pool.start();
  assert.equal(f.protocol.connects, 2);
});

test('an endpoint of which nothing is known counts as up', async t => {
  const f = await begun(t);
  assert.equal(f.pending.length, 2);
  assert.equal(f.served(1), 'a');
});

test('the first check that fails takes an endpoint down at once, later ones only when so many have failed', async t => {
  const f = await begun(t);
  f.checkOf('a').answer(500);
  f.checkOf('b').answer(200);
  assert.equal(f.stateOf('a'), 'down');
  assert.equal(f.served(3), 'b b b');
  await f.play('b', 500, 500);
  assert.equal(f.stateOf('b'), 'up');
  await f.play('b', 500);
  assert.equal(f.stateOf('b'), 'down');
  assert.deepEqual(logged(f), [
    'endpoint down a check failed: status 500, wanted 200-399',
    'endpoint down b check failed: status 500, wanted 200-399',
  ]);
  const fails = f.log.messages
    .filter(({ message }) => message === 'endpoint down')
    .map(({ facts }) => facts['fails']);
  assert.deepEqual(fails, [1, 3]);
});

test('failures with a success between them are no row', async t => {
  const f = await begun(t);
  await f.play('a', 200, 500, 500, 200, 500, 500, 200);
  assert.equal(f.stateOf('a'), 'up');
});

test('an endpoint that is down is checked on, and comes up when so many checks have passed in a row', async t => {
  const f = await begun(t);
  await f.play('a', 500, 200, 500, 200);
  assert.equal(f.stateOf('a'), 'down');
  await f.play('a', 200);
  assert.equal(f.stateOf('a'), 'up');
  assert.equal(f.served(1), 'a');
  assert.equal(logged(f).at(-1), 'endpoint up a');
});

test('checks take no slot and leave no connection behind', async t => {
  const f = await begun(t, { maxConns: 1 });
  const [check] = f.pending;
  assert.equal(f.pool.inFlight, 0);
  assert.equal(f.served(1), 'a');
  assert.deepEqual([check!.destination.keepAlive, check!.destination.application.multiplex], [false, 1]);
  check!.answer(200);
  assert.equal(check!.closedFor, 'checked');
  assert.equal(f.pool.status().endpoints[0]!.idleConnections, 0);
});

test('200 endpoints are checked evenly over the interval, and each once in it', async t => {
  const backends = Array.from({ length: 200 }, (_, i) => `10.0.${i >> 4}.${i & 15}`);
  const f = await begun(t, { backends, check: { interval: 1000 } });
  for (let i = 0; i < 5000; i++) {
    for (const check of f.pending) check.answer(200);
    await f.clock.pass(1);
  }
  const start = f.clock.now() - 3000;
  const late = f.protocol.sent.filter(({ at }) => at >= start);
  const perTenth = new Array<number>(30).fill(0);
  for (const { at } of late) perTenth[Math.min(29, Math.floor((at - start) / 100))]!++;
  assert.ok(
    Math.max(...perTenth) <= 40,
    `at most twice the average of 20 in a tenth of a second: ${perTenth}`,
  );
  assert.ok(Math.min(...perTenth) >= 5, `and never a pause: ${perTenth}`);
  for (const name of backends) {
    const times = late.filter(({ destination }) => destination.host === name).length;
    assert.ok(times >= 2 && times <= 4, `${name} was checked ${times} times in three seconds`);
  }
});

test('the first checks of a big pool are spread too', async t => {
  const backends = Array.from({ length: 200 }, (_, i) => `e${i}`);
  const f = await begun(t, { backends });
  assert.ok(f.protocol.connects < 20, `${f.protocol.connects} at once`);
  for (let i = 0; i < 1010; i++) {
    for (const check of f.pending) check.answer(200);
    await f.clock.pass(1);
  }
  assert.equal(new Set(f.protocol.sent.map(({ destination }) => destination.host)).size, 200);
});

test('never more than a quarter of the endpoints are checked at once, and whoever waits is not forgotten', async t => {
  const backends = Array.from({ length: 80 }, (_, i) => `e${i}`);
  const f = await begun(t, { backends, check: { interval: 1000, timeout: 900 } });
  let most = 0;
  for (let i = 0; i < 6000; i++) {
    most = Math.max(most, f.pending.length);
    await f.clock.pass(1);
  }
  assert.equal(most, 20);
  assert.equal(new Set(f.protocol.sent.map(({ destination }) => destination.host)).size, 80);
});

test('a check has one time-out for all of it, and says how far it came', async t => {
  const f = await begun(t, { backends: ['a', 'b', 'c'] });
  const [a, b, c] = [f.checkOf('a'), f.checkOf('b'), f.checkOf('c')];
  b.receiver.connected();
  c.receiver.connected();
  await f.clock.pass(900);
  c.receiver.head(200, '', '', undefined);
  await f.clock.pass(90);
  c.receiver.data(Buffer.from('x'));
  assert.equal(f.stateOf('a'), 'up');
  await f.clock.pass(20);
  assert.deepEqual(
    ['a', 'b', 'c'].map(name => f.wordsOf(name)),
    ['no connection within 1s', 'no answer within 1s', 'the answer did not end within 1s'],
  );
  assert.deepEqual([a.closedFor, b.closedFor, c.closedFor], ['checked', 'checked', 'checked']);
});

test('an endpoint that joins is checked at once, one that leaves no more', async t => {
  const f = await begun(t);
  for (const check of f.pending) check.answer(200);
  const c = f.pool.join({ ...f.endpoint('a').backend, name: 'c', host: 'c' });
  f.checkOf('c').answer(500);
  assert.equal(f.stateOf('c'), 'down');
  const check = await f.nextCheck('c');
  f.pool.leave(c, 'no longer wanted');
  assert.equal(check.closedFor, 'check called off');
  const before = f.protocol.sent.length;
  await f.clock.pass(3000);
  assert.ok(f.protocol.sent.slice(before).every(({ destination }) => destination.host !== 'c'));
});

test('a verdict that comes after its endpoint has left changes nothing for the next in its row', async t => {
  const f = await begun(t);
  const check = f.checkOf('a');
  f.pool.leave(f.endpoint('a'), 'no longer wanted');
  const c = f.pool.join({ ...f.endpoint('b').backend, name: 'c', host: 'c' });
  assert.equal(c.index, 0);
  check.answer(500);
  assert.equal(f.stateOf('c'), 'up');
});

test('what no process answers for is not checked until one does, and then at once', async t => {
  const f = new CheckedFixture(t, { backends: ['a', 'b'] });
  f.endpoint('a').absent = true;
  f.pool.start();
  await f.clock.pass(3000);
  assert.ok(f.protocol.sent.every(({ destination }) => destination.host === 'b'));
  f.endpoint('a').renew(80);
  f.endpoint('a').absent = false;
  await f.clock.pass(210);
  f.checkOf('a').answer(200);
});

test('what an operator has taken out is checked all the same', async t => {
  const f = new CheckedFixture(t);
  f.endpoint('a').disabled = true;
  f.endpoint('b').draining = true;
  f.pool.start();
  f.checkOf('a').answer(500);
  assert.equal(f.wordsOf('a'), 'status 500, wanted 200-399');
  f.checkOf('b').answer(200);
  assert.equal(f.stateOf('b'), 'draining');
});

test('a new process is judged by itself: the check of the one before is called off, and what was known forgotten', async t => {
  const f = await begun(t);
  await f.play('a', 500);
  assert.equal(f.stateOf('a'), 'down');
  const old = await f.nextCheck('a');
  f.endpoint('a').renew(80);
  assert.equal(old.closedFor, 'check called off');
  assert.equal(f.stateOf('a'), 'up');
  await f.play('a', 500);
  assert.equal(f.stateOf('a'), 'down');
});

test('a full backlog and an overloaded application are no reason to take an endpoint down (45)', async t => {
  const f = await begun(t);
  f.checkOf('a').fail('backlog_full');
  f.checkOf('b').fail('not_processed');
  assert.deepEqual([f.stateOf('a'), f.stateOf('b')], ['up', 'up']);
  assert.equal(f.wordsOf('a'), 'it is backlog_full');
});

test('one that has as many requests as it takes is not taken down because it has no time for a check', async t => {
  const f = await begun(t, { maxConns: 1 });
  const claim = f.claim();
  assert.equal(claim.at, 'a');
  await f.clock.pass(1010);
  assert.deepEqual([f.stateOf('a'), f.stateOf('b')], ['up', 'down']);
  claim.lease!.release();
  await f.nextCheck('a');
  await f.clock.pass(1010);
  assert.equal(f.stateOf('a'), 'down');
});

test('without checks, those that were down are up', async t => {
  const f = await begun(t);
  await f.play('a', 500);
  f.pool.configure(poolConfig({ check: undefined }));
  assert.equal(f.stateOf('a'), 'up');
  const { connects } = f.protocol;
  await f.clock.pass(5000);
  assert.equal(f.protocol.connects, connects);
});

test('another setting of the checks keeps what is known', async t => {
  const f = await begun(t);
  await f.play('a', 500);
  f.pool.configure(poolConfig({ check: { ...f.pool.config.check!, path: '/ready', rise: 1 } }));
  assert.equal(f.stateOf('a'), 'down');
  const check = await f.nextCheck('a');
  for (const other of f.pending) other.answer(200);
  assert.ok(check.closedFor);
  assert.equal(f.stateOf('a'), 'up');
  assert.equal((await f.nextCheck('a')).request.target, '/ready');
});

test('a pool that has closed checks nothing more', async t => {
  const f = await begun(t);
  const [check] = f.pending;
  f.pool.close('over');
  assert.equal(check!.closedFor, 'check called off');
  const { connects } = f.protocol;
  await f.clock.pass(5000);
  assert.equal(f.protocol.connects, connects);
});
