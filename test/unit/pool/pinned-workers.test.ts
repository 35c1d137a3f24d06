import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FakeClaim, FakeConnection, FakeProtocol, Fixture, type Setting, settled } from './support.ts';

/** A pool whose connections occupy a worker each for as long as they stand. */
function pinned(t: TestContext, setting: Setting = {}) {
  const protocol = new FakeProtocol();
  protocol.pinsWorker = true;
  const f = new Fixture(t, setting, undefined, protocol);
  const a = f.endpoint('a');
  /** A new connection with a request on it. */
  const open = () => {
    const connection = a.checkout(true);
    assert.ok(connection instanceof FakeConnection);
    return connection;
  };
  /** Its answer begins. */
  const prove = (connection: FakeConnection) => a.accepted(connection);
  /** Its answer begins and ends. */
  const answer = (connection: FakeConnection) => {
    prove(connection);
    a.idle(connection, undefined);
  };
  return { f, a, open, prove, answer };
}

test('a connection is closed while a request waits on one that proved nothing', t => {
  const { a, open, answer } = pinned(t);
  const [one, two] = [open(), open()];
  answer(one);
  assert.match(one.closedFor!, /its worker is needed/);
  answer(two);
  assert.equal(two.closedFor, undefined);
  assert.equal(a.idleConnections, 1);
});

test('a connection is kept while all others have proved accepted', t => {
  const { a, open, prove, answer } = pinned(t);
  const [one, two] = [open(), open()];
  prove(two);
  answer(one);
  assert.equal(one.closedFor, undefined);
  assert.equal(a.idleConnections, 1);
});

test('what was opened well before one that proved accepted is slow, not in the backlog', async t => {
  const { f, a, open, answer } = pinned(t);
  open();
  await f.clock.pass(150);
  const quick = open();
  answer(quick);
  assert.equal(quick.closedFor, undefined);
  assert.equal(f.pool.status().endpoints[0]!.acceptedAtOnce, 2);
  const [one, two] = [open(), open()];
  await f.clock.pass(150);
  answer(one);
  assert.match(one.closedFor!, /its worker is needed/, 'of those opened at once the order is not known');
  answer(two);
  assert.equal(a.idleConnections, 1);
});

test('a connection that failed before it proved anything waits for nothing', t => {
  const { a, open, answer } = pinned(t);
  const [one, two] = [open(), open()];
  two.close('connection_timeout');
  answer(one);
  assert.equal(a.idleConnections, 1);
});

test('a fresh connection takes the worker of an idle one', t => {
  const { a, open, answer } = pinned(t);
  const one = open();
  answer(one);
  open();
  assert.match(one.closedFor!, /slot is needed/);
  assert.equal(a.idleConnections, 0);
});

test('a connection is idle for a second at most, with a limit or without: others use the application, too', async t => {
  for (const maxConns of [Infinity, 4]) {
    const { f, open, answer } = pinned(t, { maxConns });
    const one = open();
    answer(one);
    await f.clock.pass(999);
    assert.equal(one.closedFor, undefined);
    await f.clock.pass(1);
    assert.equal(one.closedFor, 'idle for too long');
  }
});

test('a keep-alive time-out below a second counts without a limit as well', async t => {
  const { f, open, answer } = pinned(t, { keepalive: { connections: 3, timeout: 200 } });
  const one = open();
  answer(one);
  await f.clock.pass(200);
  assert.equal(one.closedFor, 'idle for too long');
});

test('within the limit connections are kept while another is about to prove itself', t => {
  const { a, open, answer } = pinned(t, { maxConns: 4 });
  const [one] = [open(), open()];
  answer(one!);
  assert.equal(a.idleConnections, 1);
});

test('with a limit above the number of workers a connection that waits long gets the next worker', async t => {
  const { f, a, open, answer } = pinned(t, { maxConns: 4 });
  const [one, two] = [open(), open()];
  await f.clock.pass(99);
  answer(one);
  assert.equal(a.checkout(false), one);
  await f.clock.pass(1);
  a.idle(one, undefined);
  assert.match(one.closedFor!, /its worker is needed/);
  answer(two);
  assert.equal(two.closedFor, undefined);
});

test('a protocol whose connections occupy no worker keeps them whatever waits', t => {
  const f = new Fixture(t);
  const a = f.endpoint('a');
  const [one] = [a.checkout(true), a.checkout(true)];
  a.idle(one!, undefined);
  assert.equal(a.idleConnections, 1);
  assert.equal(f.pool.status().endpoints[0]!.acceptedAtOnce, null);
});

test('the status tells how many connections were accepted at once', async t => {
  const { f, open, prove } = pinned(t);
  const all = [open(), open(), open()];
  const learnt = () => f.pool.status().endpoints[0]!.acceptedAtOnce;
  assert.equal(learnt(), 0);
  for (const connection of all.slice(0, 2)) prove(connection);
  assert.equal(learnt(), 2);
  for (const connection of all) connection.close('done');
  await settled();
  prove(open());
  assert.equal(learnt(), 2, 'at once, not in all');
});

test('connections whose answers come in the same turn were accepted at once, though each closes after its own', async t => {
  const { f, open, answer } = pinned(t);
  const all = [open(), open(), open(), open()];
  await f.clock.pass(5);
  for (const connection of all.slice(0, 3)) answer(connection);
  assert.deepEqual(
    all.map(connection => connection.closedFor !== undefined),
    [true, true, true, false],
  );
  await settled();
  answer(all[3]!);
  assert.equal(f.pool.status().endpoints[0]!.acceptedAtOnce, 3);
});

test('what was accepted at once is forgotten after a minute, or two, in which it was not seen again', async t => {
  const { f, open, prove } = pinned(t);
  const learnt = () => f.pool.status().endpoints[0]!.acceptedAtOnce;
  const all = [open(), open(), open()];
  for (const connection of all) prove(connection);
  await f.clock.pass(59_000);
  for (const connection of all.slice(1)) connection.close('done');
  await f.clock.pass(2_000);
  assert.equal(learnt(), 3);
  await f.clock.pass(60_000);
  assert.equal(learnt(), 1, 'the one that is still open');
});

test('connections that were open all the while are not forgotten', async t => {
  const { f, open, prove } = pinned(t);
  for (const connection of [open(), open()]) prove(connection);
  await f.clock.pass(200_000);
  assert.equal(f.pool.status().endpoints[0]!.acceptedAtOnce, 2);
});

test('once requests were seen to wait, as many are sent at once as were accepted, and one more on trial', async t => {
  const { f, a } = pinned(t, { backends: ['a'], queue: { length: 1, timeout: 1000 } });
  const request = () => {
    const claim = new FakeClaim('request', 0);
    let connection: FakeConnection | undefined;
    claim.onGranted = ({ endpoint }) => {
      connection = endpoint.checkout(false) as FakeConnection;
    };
    f.pool.acquire(claim);
    return {
      sent: () => connection,
      prove: () => a.accepted(connection!),
      finish: async () => {
        a.accepted(connection!);
        a.idle(connection!, undefined);
        claim.lease!.release();
        await settled();
      },
    };
  };
  const [one, two, three] = [request(), request(), request()];
  two.prove();
  await one.finish();
  assert.match(one.sent()!.closedFor!, /its worker is needed/);
  await two.finish();

  const [four, five] = [request(), request()];
  assert.equal(four.sent(), two.sent(), 'what is idle is used');
  assert.equal(five.sent(), undefined, 'two were accepted at once, and a third proves itself');
  await three.finish();
  assert.equal(five.sent(), three.sent());

  const [six, seven] = [request(), request()];
  assert.ok(six.sent(), 'it is on trial');
  assert.equal(seven.sent(), undefined);
  assert.ok(request().sent(), 'where nobody more may wait, nobody has to');
  await f.clock.pass(5);
  await four.finish();
  assert.match(four.sent()!.closedFor!, /its worker is needed/);
  assert.equal(seven.sent(), undefined);
  await six.finish();
  await five.finish();
  assert.ok(seven.sent());
});
