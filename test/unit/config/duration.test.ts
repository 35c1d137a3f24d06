import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatDuration,
  parseDuration,
  parseDurationOrOff,
  parsePositiveDuration,
} from '../../../src/config/duration.ts';
import { refuses, refusesAll } from './refuses.ts';

test('a duration has a unit from ms to d, and may have a fraction', () => {
  const read = ['250ms', '5s', '1.5s', '2m', '1h', '1d', '0s'].map(parseDuration);
  assert.deepEqual(read, [250, 5000, 1500, 120_000, 3_600_000, 86_400_000, 0]);
});

test('what is no duration is shown beside what is one', () => {
  refuses(parseDuration, '10 seconds', 'expected a duration such as 250ms, 5s, 2m, 1h; got "10 seconds"');
  refuses(parseDuration, 10, 'expected a duration such as 250ms, 5s, 2m, 1h; got 10');
  refuses(parseDuration, null, 'expected a duration such as 250ms, 5s, 2m, 1h; got nothing');
  refusesAll(parseDuration, ['5', '-5s', '5S', ' 5s', '5s ', '.5s', '5.s', '1e3s', '5sec', '', ['5s'], {}]);
});

test('a duration that no timer can hold is refused', () => {
  assert.equal(parseDuration('24d'), 24 * 86_400_000);
  refuses(parseDuration, '25d', 'expected a duration of at most 24d; got 25d');
});

test('where a wait has to take some time, none is refused', () => {
  refuses(
    parsePositiveDuration,
    '0s',
    'expected a duration such as 250ms, 5s, 2m, 1h, longer than nothing; got "0s"',
  );
});

test('off is no duration but where it is allowed', () => {
  assert.equal(parseDurationOrOff('off'), 0);
  assert.equal(parseDurationOrOff('3s'), 3000);
  refusesAll(parseDuration, ['off']);
  refusesAll(parseDurationOrOff, ['0s', false, 'of']);
});

test('a duration is written in the largest unit without a fraction', () => {
  const written = [250, 5000, 1500, 60_000, 75_000, 3_600_000, 0].map(formatDuration);
  assert.deepEqual(written, ['250ms', '5s', '1500ms', '1m', '75s', '1h', '0ms']);
});
