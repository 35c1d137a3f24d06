import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FakeClaim, FakeConnection, FakeProtocol, Fixture, type Setting, settled } from './support.ts';

/** A pool of applications whose workers nobody has counted, and requests to it. */
function crowd(t: TestContext, setting: Setting = {}) {
  const protocol = new FakeProtocol();
  protocol.pinsWorker = true;
  const queue = { length: 100, timeout: 60_000 };
  const f = new Fixture(t, { backends: ['a'], queue, ...setting }, undefined, protocol);
  const request = () => new Request(f);
  /** Shows that an endpoint has one worker: another request waited until it was free. */
  const count = async () => {
    const [one, two] = [request(), request()];
    await one.finish();
    await two.finish();
  };
  return { f, request, count };
}

/** A request, from the claim to its answer. */
class Request extends FakeClaim {
  connection: FakeConnection | undefined;

  constructor(f: Fixture) {
    super();
    this.onGranted = ({ endpoint }) => {
      const connection = endpoint.checkout(false);
      assert.ok(connection instanceof FakeConnection);
      this.connection = connection;
    };
    f.pool.acquire(this);
  }

  get sent(): boolean {
    return this.connection !== undefined;
  }

  /** Its answer begins. */
  prove(): void {
    this.lease!.endpoint.accepted(this.connection!);
  }

  /** Its answer begins and ends. */
  async finish(): Promise<void> {
    this.prove();
    this.lease!.endpoint.idle(this.connection!, undefined);
    this.lease!.release();
    await settled();
  }
}

test('requests that take long do not keep others waiting for workers that were never counted', async t => {
  const { f, request, count } = crowd(t);
  await count();
  const [long, another, quick] = [request(), request(), request()];
  assert.deepEqual([long.sent, another.sent, quick.sent], [true, true, false]);
  await f.clock.pass(600);
  assert.ok(quick.sent);
});

test('a gateway that was held up itself does not take its applications to be slow', async t => {
  const { f, request, count } = crowd(t);
  await count();
  const [one, two, three] = [request(), request(), request()];
  await f.clock.pass(10);
  // What was to be done in the meantime is done after the alarm.
  f.clock.jump(2_000);
  await settled();
  assert.ok(!three.sent);
  await one.finish();
  await two.finish();
  assert.ok(three.sent);
});

test('a worker that proves itself is used at once', async t => {
  const { request, count } = crowd(t);
  await count();
  const [, trial, third] = [request(), request(), request()];
  assert.ok(!third.sent);
  trial.prove();
  await settled();
  assert.ok(third.sent);
});

test('a request that waits for a worker does not wake the gateway every millisecond', async t => {
  const { f, request, count } = crowd(t);
  await count();
  const [, , third] = [request(), request(), request()];
  await f.clock.pass(30);
  const { reads } = f.clock;
  await f.clock.pass(100);
  assert.ok(!third.sent);
  assert.ok(f.clock.reads - reads < 10, `${f.clock.reads - reads} looks at the clock`);
});

test('where one application is crowded, another gets the request', async t => {
  const { request, count } = crowd(t, { backends: ['a', 'b'] });
  await count();
  const [first, trial, elsewhere] = [request(), request(), request()];
  assert.deepEqual([first.at, trial.at, elsewhere.at], ['a', 'a', 'b']);
});

test('a crowded application is up: its backups are not asked', async t => {
  const { f, request, count } = crowd(t, { backends: ['a', { name: 'b', backup: true }] });
  await count();
  const [, , third] = [request(), request(), request()];
  assert.ok(!third.sent);
  f.endpoint('a').failed('connection_refused');
  await settled();
  assert.equal(third.at, 'b');
});

test('a request waits for a crowded application no longer than it lives', async t => {
  const { f, request, count } = crowd(t);
  await count();
  const [, , third] = [request(), request(), request()];
  f.endpoint('a').disabled = true;
  await settled();
  assert.ok(!third.sent);
  f.endpoint('a').disabled = false;
  await f.clock.pass(600);
  assert.ok(third.sent);
});

test('the failure of all that is under way lets the queue go on', async t => {
  const { request, count } = crowd(t, { health: { maxFails: 0, failTimeout: 2_000 } });
  await count();
  const [first, trial, third] = [request(), request(), request()];
  for (const each of [first, trial]) {
    each.connection!.close('connection_terminated');
    each.lease!.release();
  }
  await settled();
  assert.ok(third.sent);
});

test('one that is ejected and crowded is tried again when its rest is over', async t => {
  const { f, request, count } = crowd(t);
  await count();
  const [first, trial, third] = [request(), request(), request()];
  f.endpoint('a').failed('connection_terminated');
  for (const each of [first, trial]) {
    each.connection!.close('connection_terminated');
    each.lease!.release();
  }
  await f.clock.pass(2_100);
  assert.ok(third.sent);
});
