import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdleList } from '../../../src/pool/idle-list.ts';
import { type FakeConnection, Fixture } from './support.ts';

/** So many connections, checked out fresh one after the other. */
function connections(f: Fixture, count: number): FakeConnection[] {
  return Array.from({ length: count }, () => f.endpoint('a').checkout(true) as FakeConnection);
}

test('the most recently used idle connection is taken first', t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  const [one, two, three] = connections(f, 3);
  for (const connection of [two!, three!, one!]) a.idle(connection, undefined);
  assert.equal(a.idleConnections, 3);
  assert.equal(a.checkout(false), one);
  assert.equal(a.checkout(false), three);
  assert.equal(a.checkout(false), two);
  assert.equal(f.protocol.connects, 3);
  a.checkout(false);
  assert.equal(f.protocol.connects, 4);
});

test('a fresh connection leaves the idle ones alone', t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  const [one] = connections(f, 1);
  a.idle(one!, undefined);
  assert.notEqual(a.checkout(true), one);
  assert.equal(a.idleConnections, 1);
});

test('at the limit a fresh connection takes the place of the oldest idle one', t => {
  const f = new Fixture(t, { maxConns: 2 });
  const a = f.endpoint('a');
  const [one, two] = connections(f, 2);
  a.idle(one!, undefined);
  a.idle(two!, undefined);
  f.claim();
  a.checkout(true);
  assert.match(one!.closedFor!, /slot is needed/);
  assert.equal(two!.closedFor, undefined);
});

test('beyond the cap the oldest idle connections are closed a second later', async t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  const all = connections(f, 5);
  for (const connection of all) a.idle(connection, undefined);
  await f.clock.pass(999);
  assert.equal(a.idleConnections, 5);
  await f.clock.pass(1);
  assert.equal(a.idleConnections, 3);
  assert.deepEqual(
    all.map(connection => connection.closedFor),
    ['too many idle connections', 'too many idle connections', undefined, undefined, undefined],
  );
});

test('a surplus that is taken again within a second was none', async t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  const all = connections(f, 5);
  for (const connection of all) a.idle(connection, undefined);
  assert.equal(a.checkout(false), all[4]);
  assert.equal(a.checkout(false), all[3]);
  await f.clock.pass(2000);
  assert.equal(a.idleConnections, 3);
  assert.deepEqual([...new Set(all.map(connection => connection.closedFor))], [undefined]);
});

test('with a cap of 0 or a time-out of 0 no connection is kept', t => {
  for (const keepalive of [
    { connections: 0, timeout: 1000 },
    { connections: 9, timeout: 0 },
  ]) {
    const f = new Fixture(t, { keepalive });
    const [one] = connections(f, 1);
    f.endpoint('a').idle(one!, undefined);
    assert.ok(one!.closedFor);
    assert.equal(f.endpoint('a').idleConnections, 0);
  }
});

test('an idle connection is closed when its time is up, without any traffic', async t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  const [one, two] = connections(f, 2);
  a.idle(one!, undefined);
  await f.clock.pass(10_000);
  a.idle(two!, undefined);
  await f.clock.pass(19_999);
  assert.equal(one!.closedFor, undefined);
  await f.clock.pass(1);
  assert.equal(one!.closedFor, 'idle for too long');
  assert.equal(two!.closedFor, undefined);
  await f.clock.pass(10_000);
  assert.equal(two!.closedFor, 'idle for too long');
});

test('what the peer promised, less a second, ends a connection sooner', async t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  const [long, short] = connections(f, 2);
  a.idle(long!, 90_000);
  a.idle(short!, 5000);
  await f.clock.pass(4000);
  assert.equal(short!.closedFor, 'idle for too long');
  assert.equal(long!.closedFor, undefined);
  await f.clock.pass(26_000);
  assert.equal(long!.closedFor, 'idle for too long');
});

test('a promise of a second or less is not worth keeping', t => {
  const f = new Fixture(t);
  const [one, two] = connections(f, 2);
  f.endpoint('a').idle(one!, 1000);
  assert.match(one!.closedFor!, /too short/);
  f.endpoint('a').idle(two!, 1001);
  assert.equal(two!.closedFor, undefined);
});

test('an expired connection is not handed out though its timer is late', t => {
  let now = 0;
  const f = new Fixture(t);
  const list = new IdleList(3, 1000, () => now);
  const [one, two] = connections(f, 2);
  list.add(two!, undefined);
  list.add(one!, 1500);
  now = 600;
  assert.equal(list.take(), two);
  assert.equal(one!.closedFor, 'idle for too long');
});

test('a connection that the peer closed is forgotten', t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  const [one, two, three] = connections(f, 3);
  for (const connection of [one!, two!, three!]) a.idle(connection, undefined);
  a.closed(two!, 'peer closed');
  assert.equal(a.idleConnections, 2);
  assert.equal(a.checkout(false), three);
  assert.equal(a.checkout(false), one);
});

test('those that are left keep their own times', async t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  const [one, two, three] = connections(f, 3);
  a.idle(one!, 3000);
  a.idle(two!, 2000);
  a.idle(three!, 9000);
  a.closed(one!, 'peer closed');
  await f.clock.pass(1000);
  assert.equal(two!.closedFor, 'idle for too long');
  assert.equal(three!.closedFor, undefined);
  await f.clock.pass(7000);
  assert.equal(three!.closedFor, 'idle for too long');
});

test('closing the idle ones leaves none', t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  const all = connections(f, 3);
  for (const connection of all) a.idle(connection, undefined);
  a.closeIdle('reload');
  assert.deepEqual(
    all.map(connection => connection.closedFor),
    ['reload', 'reload', 'reload'],
  );
  assert.equal(a.idleConnections, 0);
});
