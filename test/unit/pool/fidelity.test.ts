import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FakeConnection, FakeProtocol, Fixture } from './support.ts';

/** An endpoint whose connections occupy a worker each. */
function pinned(t: TestContext) {
  const protocol = new FakeProtocol();
  protocol.pinsWorker = true;
  const f = new Fixture(t, {}, undefined, protocol);
  const a = f.endpoint('a');
  /** A request and its answer; it can be sent again unless told otherwise. */
  const serve = (repeatable = true) => {
    const connection = a.checkout(false, repeatable);
    assert.ok(connection instanceof FakeConnection);
    a.accepted(connection);
    a.idle(connection, undefined);
    return connection;
  };
  return { f, a, serve };
}

test('an application is taken to keep its connections until one is closed', t => {
  const { serve } = pinned(t);
  assert.equal(serve(false), serve(false));
});

test('after an early close only what can be sent twice goes out on a used connection', t => {
  const { serve } = pinned(t);
  serve().close('closed by the backend');
  const one = serve();
  const two = serve(false);
  assert.notEqual(two, one);
  assert.equal(serve(), two);
});

test('a connection that carried a second request has proved that they are kept', t => {
  const { serve } = pinned(t);
  serve().close('closed by the backend');
  const one = serve();
  assert.equal(serve(), one);
  assert.equal(serve(false), one);
  // Its end is that of a worker, such as there is after many requests.
  one.close('closed by the backend');
  assert.equal(serve(false), serve(false));
});

test('a connection that rested for a while and is still open is trusted', async t => {
  const { f, serve } = pinned(t);
  serve().close('closed by the backend');
  const one = serve();
  await f.clock.pass(50);
  assert.equal(serve(false), one);
});

test('of an application that closes each connection none is asked for, for a minute', async t => {
  const { f, a, serve } = pinned(t);
  for (let i = 0; i < 3; i++) {
    assert.equal(a.keepAlive, true);
    serve().close('closed by the backend');
  }
  assert.equal(a.keepAlive, false);
  await f.clock.pass(60_000);
  assert.equal(a.keepAlive, true);
});

test('a used connection that fails with its second request counts as closed', t => {
  const { a, serve } = pinned(t);
  for (let i = 0; i < 3; i++) {
    const one = serve();
    assert.equal(a.checkout(false), one);
    one.close('connection_terminated');
  }
  assert.equal(a.keepAlive, false);
});

test('connections that the gateway closes itself say nothing', t => {
  const { a, serve } = pinned(t);
  for (let i = 0; i < 5; i++) {
    const one = serve();
    a.closeIdle('not needed');
    const two = serve();
    assert.notEqual(two, one);
    assert.equal(a.checkout(false), two);
    two.close('client_gone');
  }
  assert.equal(a.keepAlive, true);
  assert.equal(serve(false), serve(false));
});

test('what was learnt is forgotten with the process that it was learnt from', t => {
  const { a, serve } = pinned(t);
  for (let i = 0; i < 3; i++) serve().close('closed by the backend');
  a.renew(0);
  assert.equal(a.keepAlive, true);
  assert.equal(serve(false), serve(false));
});
