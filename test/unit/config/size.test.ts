import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSize, parseSize, parseSizeBetween, parseSizeOrOff } from '../../../src/config/size.ts';
import { refuses, refusesAll } from './refuses.ts';

test('a size is bytes, or has a unit that is a power of 1024', () => {
  const read = ['512', '64k', '8m', '1g', '1.5k', '32K', 0, 4096].map(parseSize);
  assert.deepEqual(read, [512, 65_536, 8_388_608, 1_073_741_824, 1536, 32_768, 0, 4096]);
});

test('what is no size is shown beside what is one', () => {
  refuses(parseSize, '8 MB', 'expected a size in bytes such as 512, 64k, 8m, 1g; got "8 MB"');
  refusesAll(parseSize, ['', 'k', '-1', '1.0001k', '9e9', -1, 1.5, Number.NaN, 1e300, true, ['1k']]);
});

test('a size outside of its bounds names them', () => {
  const parse = parseSizeBetween('1k', '1m');
  assert.equal(parse('1m'), 1_048_576);
  refuses(parse, '1', 'expected a size from 1k to 1m; got "1"');
  refuses(parse, '2m', 'expected a size from 1k to 1m; got "2m"');
});

test('off is no limit', () => {
  assert.equal(parseSizeOrOff('off'), Number.POSITIVE_INFINITY);
  assert.equal(parseSizeOrOff('1k'), 1024);
  refuses(parseSizeOrOff, false, 'expected a size in bytes such as 512, 64k, 8m, 1g, or off; got false');
});

test('a size is written in the largest unit without a fraction', () => {
  assert.deepEqual([512, 1536, 65_536, 8_388_608].map(formatSize), ['512', '1536', '64k', '8m']);
});
