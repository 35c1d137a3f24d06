import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkerCount } from '../../../src/pool/worker-count.ts';
import type { Connection } from '../../../src/protocol.ts';

const connection = () => ({}) as Connection;

/** A count that has begun, at time 0, with so many connections that were accepted. */
function counting(accepted: number): WorkerCount {
  const workers = new WorkerCount();
  workers.crowded(accepted, 0);
  return workers;
}

test('nothing is limited until a request was seen to wait', () => {
  const workers = new WorkerCount();
  assert.ok(workers.allows(1_000, true, 0));
  assert.equal(workers.nextChange(false, 0), Infinity);
});

test('as many connections as were accepted may be opened, and one more on trial', () => {
  const workers = counting(2);
  assert.ok(workers.allows(1, true, 0));
  assert.ok(!workers.allows(2, true, 0), 'while one proves itself there is no further one');
  assert.ok(workers.allows(2, false, 0));
  workers.opened(connection(), 3, 0);
  assert.ok(!workers.allows(3, false, 1), 'the trial is not over');
});

test('a trial that is accepted makes a worker more, and the next one begins at once', () => {
  const workers = counting(2);
  const third = connection();
  workers.opened(third, 3, 0);
  workers.proved(third);
  assert.ok(workers.allows(2, true, 1));
  assert.ok(workers.allows(3, false, 1));
});

test('after a trial that failed the next one waits, and longer each time, up to a second', () => {
  const workers = counting(1);
  let now = 0;
  for (const pause of [20, 40, 80, 160, 320, 640, 1_000, 1_000]) {
    assert.ok(workers.allows(1, false, now));
    workers.moved(now);
    workers.opened(connection(), 2, now);
    workers.moved(now + 5);
    assert.equal(workers.nextChange(false, now), now + 5);
    now += 5;
    assert.ok(!workers.allows(1, false, now));
    assert.equal(workers.nextChange(false, now), now + Math.min(pause, 200));
    workers.moved(now + pause - 1);
    assert.ok(!workers.allows(1, false, now + pause - 1));
    now += pause;
  }
});

test('where answers are slow the limit goes, and does not come back for two seconds, then for twice as long', () => {
  const workers = counting(1);
  for (const [begin, end] of [
    [0, 2_020],
    [2_020, 6_040],
  ] as const) {
    for (let i = 0; i < 50; i++) workers.answered(12);
    workers.opened(connection(), 2, begin);
    assert.ok(!workers.allows(100, true, begin + 19), 'slow answers take longer to prove a worker');
    assert.ok(workers.allows(100, true, begin + 20));
    workers.crowded(1, end - 1);
    assert.ok(!workers.known);
    workers.crowded(1, end);
    assert.ok(workers.known);
  }
});

test('one pause of the machine does not make answers slow', () => {
  const workers = counting(8);
  for (let i = 0; i < 100; i++) workers.answered(1);
  for (let i = 0; i < 8; i++) workers.answered(40);
  workers.opened(connection(), 9, 0);
  workers.allows(8, true, 50);
  assert.ok(workers.known);
});

test('one whose trial failed takes the place of another, and the count stays', () => {
  const workers = counting(2);
  const third = connection();
  workers.opened(third, 3, 0);
  assert.ok(!workers.allows(2, true, 5));
  workers.crowded(2, 5);
  assert.ok(workers.allows(1, true, 5));
  workers.proved(third);
  workers.crowded(2, 5);
  assert.ok(!workers.allows(1, true, 5));
});

test('a request that still waits for a worker shows that there are fewer', () => {
  const workers = counting(3);
  workers.crowded(3, 1);
  assert.ok(workers.allows(1, true, 1));
  assert.ok(!workers.allows(2, true, 1));
  for (let i = 0; i < 5; i++) workers.crowded(3, 1);
  assert.ok(workers.allows(0, true, 1), 'one is left in any case');
});

test('another application is counted anew', () => {
  const workers = counting(1);
  workers.forget();
  assert.ok(workers.allows(100, true, 0));
});

test('where no worker comes free for long the limit goes, but not before a second look', () => {
  const workers = counting(1);
  assert.ok(!workers.allows(1, true, 199));
  assert.equal(workers.nextChange(true, 199), 200);
  assert.ok(!workers.allows(1, true, 3_000), 'the gateway may have been held up');
  assert.equal(workers.nextChange(true, 3_000), 3_020);
  workers.moved(3_001);
  assert.ok(!workers.allows(1, true, 3_020), 'it was');
  assert.ok(!workers.allows(1, true, 3_201));
  assert.ok(workers.allows(1, true, 3_221));
});
