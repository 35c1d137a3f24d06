import assert from 'node:assert/strict';
import { test } from 'node:test';
import { age, bytes, count, lasting, rate, several, time } from '../../../../src/cli/console/figures.ts';

test('times are told in few letters', () => {
  const told = [0, 3.21, 9.96, 250, 999.7, 1250, 45_900, 90_000, 120_000, 11_400_000, 100_000_000].map(time);
  const expected = [
    '0.0ms',
    '3.2ms',
    '10ms',
    '250ms',
    '1000ms',
    '1.2s',
    '45s',
    '1m30s',
    '2m',
    '3h10m',
    '1d3h',
  ];
  assert.deepEqual(told, expected);
});

test('what has begun just now has not lasted for nothing', () => {
  assert.deepEqual([0.2, 450, 1000, 59_999, 60_000].map(lasting), ['1ms', '450ms', '1s', '59s', '1m']);
});

test('ages are told in whole units', () => {
  assert.deepEqual([0, 59_999, 60_000, 7_200_000, 200_000_000].map(age), ['0s', '59s', '1m', '2h', '2d']);
});

test('counts have five letters at most, and bytes are powers of 1024', () => {
  assert.deepEqual([0, 9999, 10_000, 123_456, 12_345_678, 999_950_000].map(count), [
    '0',
    '9999',
    '10.0k',
    '123k',
    '12.3M',
    '1.0G',
  ]);
  assert.deepEqual([0, 999, 1000, 1536, 1_048_576, 123_456_789_000].map(bytes), [
    '0',
    '999',
    '1.0k',
    '1.5k',
    '1.0M',
    '115G',
  ]);
});

test('rates below ten have a fraction', () => {
  assert.deepEqual([0, 0.04, 0.5, 9.94, 9.96, 5000].map(rate), ['0', '0.0', '0.5', '9.9', '10', '5000']);
});

test('a number agrees with its noun', () => {
  assert.deepEqual(
    [several(0, 'retry', 'retries'), several(1, 'tunnel'), several(20_000, 'tunnel')],
    ['0 retries', '1 tunnel', '20.0k tunnels'],
  );
});
