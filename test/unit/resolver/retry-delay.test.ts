import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryDelay } from '../../../src/resolver/retry-delay.ts';

const delays = (minTtl: number) =>
  [1, 2, 3, 4, 5, 6, 7, 1000].map(failures => retryDelay(failures, minTtl, 0.5));

test('a name rests for a second after a first failure, then twice as long each time, up to 30 s', () => {
  assert.deepEqual(delays(5000), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('a name whose answers may be believed for less than a second is tried again sooner', () => {
  assert.equal(retryDelay(1, 20, 0.5), 20);
});

test('rests differ by a fifth either way, so that names that failed together are tried apart', () => {
  assert.equal(retryDelay(1, 1000, 0), 800);
  assert.ok(retryDelay(1, 1000, 0.9999) < 1200);
  assert.ok(retryDelay(1, 1000, 0.9999) > 1199);
});
