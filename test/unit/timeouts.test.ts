import assert from 'node:assert/strict';
import { test } from 'node:test';
import { now } from '../../src/clock.ts';
import { type Timed, Timeouts } from '../../src/timeouts.ts';

class Wait implements Timed {
  deadline = Infinity;
  bucket = 0;
  expiredAt = 0;
  expired = 0;
  onExpire: () => void = () => {};
  readonly #settled: () => void;
  readonly over: Promise<void>;

  constructor() {
    let settled = () => {};
    this.over = new Promise(resolve => {
      settled = resolve;
    });
    this.#settled = settled;
  }

  expire(): void {
    this.expired++;
    this.expiredAt = now();
    this.onExpire();
    this.#settled();
  }
}

/** Resolves when a wait that began now with that length has expired, and with it all shorter ones. */
async function passed(timeouts: Timeouts, ms: number): Promise<void> {
  const wait = new Wait();
  timeouts.arm(wait, now() + ms);
  // The timers of the gateway keep no process alive; a test that waits for one has to.
  const alive = setInterval(() => {}, 1000);
  await wait.over;
  clearInterval(alive);
}

test('a deadline expires once and never early', async () => {
  const timeouts = new Timeouts();
  const wait = new Wait();
  const deadline = now() + 30;
  timeouts.arm(wait, deadline);
  await passed(timeouts, 80);
  assert.equal(wait.expired, 1);
  assert.ok(wait.expiredAt >= deadline);
  assert.equal(wait.bucket, 0);
});

test('a deadline that was moved away does not expire at its old time', async () => {
  const timeouts = new Timeouts();
  const wait = new Wait();
  timeouts.arm(wait, now() + 20);
  const deadline = now() + 90;
  timeouts.arm(wait, deadline);
  await passed(timeouts, 150);
  assert.equal(wait.expired, 1);
  assert.ok(wait.expiredAt >= deadline);
});

test('a deadline that was moved nearer expires in order with others', async () => {
  const timeouts = new Timeouts();
  const order: string[] = [];
  const near = new Wait();
  const far = new Wait();
  near.onExpire = () => order.push('near');
  far.onExpire = () => order.push('far');
  timeouts.arm(near, now() + 60_000);
  timeouts.arm(far, now() + 100);
  timeouts.arm(near, now() + 20);
  await passed(timeouts, 160);
  assert.deepEqual(order, ['near', 'far']);
});

test('what was disarmed or forgotten does not expire', async () => {
  const timeouts = new Timeouts();
  const disarmed = new Wait();
  const forgotten = new Wait();
  timeouts.arm(disarmed, now() + 10);
  timeouts.arm(forgotten, now() + 10);
  timeouts.disarm(disarmed);
  timeouts.forget(forgotten);
  assert.equal(forgotten.bucket, 0);
  await passed(timeouts, 60);
  assert.deepEqual([disarmed.expired, forgotten.expired], [0, 0]);
});

test('what was disarmed can be armed again, also for an earlier time', async () => {
  const timeouts = new Timeouts();
  const wait = new Wait();
  timeouts.arm(wait, now() + 60_000);
  timeouts.disarm(wait);
  timeouts.arm(wait, now() + 10);
  await passed(timeouts, 60);
  assert.equal(wait.expired, 1);
});

test('one that expires may forget or arm others that are due with it', async () => {
  const timeouts = new Timeouts();
  const [first, second, third] = [new Wait(), new Wait(), new Wait()];
  const deadline = now() + 10;
  for (const wait of [first, second, third]) timeouts.arm(wait, deadline);
  first.onExpire = () => {
    timeouts.forget(second);
    timeouts.arm(third, now() + 20);
  };
  await passed(timeouts, 100);
  assert.deepEqual([first.expired, second.expired, third.expired], [1, 0, 1]);
});

test('one that expires may wait again', async () => {
  const timeouts = new Timeouts();
  const wait = new Wait();
  wait.onExpire = () => {
    if (wait.expired < 3) timeouts.arm(wait, now() + 10);
  };
  timeouts.arm(wait, now() + 10);
  await passed(timeouts, 200);
  assert.equal(wait.expired, 3);
});

test('a moment that has passed expires at once', async () => {
  const timeouts = new Timeouts();
  const wait = new Wait();
  timeouts.arm(wait, now() - 1000);
  await passed(timeouts, 40);
  assert.equal(wait.expired, 1);
});

test('a deadline further away than a timer can count does not keep the timer firing', async t => {
  const delays = t.mock.method(globalThis, 'setTimeout');
  const timeouts = new Timeouts();
  timeouts.arm(new Wait(), now() + 2 ** 40);
  await new Promise(setImmediate);
  assert.deepEqual(
    delays.mock.calls.map(call => call.arguments[1]),
    [2 ** 31 - 1],
  );
});
