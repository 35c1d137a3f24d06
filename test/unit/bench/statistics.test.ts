import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, rotate } from '../../../bench/statistics.ts';

test('the median of an odd count is the middle value, whatever the order', () => {
  assert.equal(median([9, 1, 10]), 9);
});

test('the median of an even count is the mean of the middle two', () => {
  assert.equal(median([100, 1, 2, 5]), 3.5);
});

test('the median of nothing is not a number, and the list is left as it was', () => {
  const list = [3, 1, 2];
  median(list);
  assert.deepEqual(list, [3, 1, 2]);
  assert.ok(Number.isNaN(median([])));
});

test('each rotation begins with another element and keeps all', () => {
  assert.deepEqual(rotate(['a', 'b', 'c'], 0), ['a', 'b', 'c']);
  assert.deepEqual(rotate(['a', 'b', 'c'], 1), ['b', 'c', 'a']);
  assert.deepEqual(rotate(['a', 'b', 'c'], 5), ['c', 'a', 'b']);
  assert.deepEqual(rotate([], 2), []);
});
