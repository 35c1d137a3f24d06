import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Alarm } from '../../../src/pool/alarm.ts';
import { FakeClock } from './support.ts';

test('it rings once, at the earliest of the moments asked for', async t => {
  const clock = new FakeClock(t);
  const start = clock.now();
  const rings: number[] = [];
  const alarm = new Alarm(clock.now, () => rings.push(clock.now() - start));
  for (const delay of [50, 20, 30]) alarm.by(start + delay);
  await clock.pass(100);
  assert.deepEqual(rings, [20]);
});

test('it may be set again from within its ring', async t => {
  const clock = new FakeClock(t);
  const start = clock.now();
  const rings: number[] = [];
  const alarm = new Alarm(clock.now, () => {
    rings.push(clock.now() - start);
    if (rings.length < 3) alarm.by(clock.now() + 10);
  });
  alarm.by(start + 10);
  await clock.pass(100);
  assert.deepEqual(rings, [10, 20, 30]);
});

test('a moment in the past rings soon, but not within the call', async t => {
  const clock = new FakeClock(t);
  let rang = false;
  const alarm = new Alarm(clock.now, () => {
    rang = true;
  });
  alarm.by(clock.now() - 5);
  assert.equal(rang, false);
  await clock.pass(1);
  assert.equal(rang, true);
});

test('a moment that never comes, or too far for a timer, does not ring', async t => {
  const clock = new FakeClock(t);
  let rings = 0;
  const alarm = new Alarm(clock.now, () => rings++);
  alarm.by(Infinity);
  alarm.by(clock.now() + 2 ** 40);
  await clock.pass(100);
  assert.equal(rings, 0);
});

test('switched off it does not ring, and can be set again', async t => {
  const clock = new FakeClock(t);
  let rings = 0;
  const alarm = new Alarm(clock.now, () => rings++);
  alarm.by(clock.now() + 10);
  alarm.off();
  await clock.pass(20);
  assert.equal(rings, 0);
  alarm.by(clock.now() + 10);
  await clock.pass(10);
  assert.equal(rings, 1);
});
