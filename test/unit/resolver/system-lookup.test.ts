import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LookupFailure } from '../../../src/resolver/lookup-failure.ts';
import { systemLookup } from '../../../src/resolver/system-lookup.ts';
import { Turns } from '../../../src/resolver/turns.ts';

test('88: no more tasks run at once than there are turns, in the order in which they came', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map(i =>
    turns.take(() => {
      begun.push(i);
      return new Promise<void>(resolve => ends.push(resolve));
    }),
  );
  await Promise.resolve();
  assert.deepEqual([begun, turns.waiting], [[0, 1], 2]);
  for (let i = 0; i < 4; i++) {
    ends[i]!();
    await all[i];
    await new Promise(resolve => setImmediate(resolve));
  }
  assert.deepEqual(begun, [0, 1, 2, 3]);
});

test('a task that fails gives its turn on', async () => {
  const turns = new Turns(1);
  const failing = turns.take(() => Promise.reject(new Error('no')));
  const next = turns.take(async () => 'yes');
  await assert.rejects(failing);
  assert.equal(await next, 'yes');
});

test('the operating system knows the loopback address by its own name', async () => {
  assert.deepEqual(await systemLookup('127.0.0.1', 4), ['127.0.0.1']);
});

test('a name that the operating system cannot look up is a failure in words', async () => {
  await assert.rejects(systemLookup('a'.repeat(300), 4), LookupFailure);
});
