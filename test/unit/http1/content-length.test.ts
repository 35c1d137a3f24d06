import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentLength } from '../../../src/http1/content-length.ts';

test('digits are a length', () => {
  assert.equal(contentLength('0'), 0);
  assert.equal(contentLength('5'), 5);
  assert.equal(contentLength('0005'), 5);
  assert.equal(contentLength('0'.repeat(40)), 0);
  assert.equal(contentLength('9007199254740991'), Number.MAX_SAFE_INTEGER);
});

test('anything else is none', () => {
  const values = ['', '+5', '-5', '0x5', '5x', '5.0', '5 5', '5e3', '\xb25', 'five', '5;', '_5', '5_0'];
  for (const value of values) assert.equal(contentLength(value), -1, value);
});

test('a number that would not be exact is none', () => {
  for (const value of ['9007199254740992', '18446744073709551616', '9'.repeat(400)]) {
    assert.equal(contentLength(value), -1, value);
  }
});

test('a list of one and the same number is that number', () => {
  for (const value of ['5, 5', '5,5', '5 ,\t5, 5', '5, 05']) assert.equal(contentLength(value), 5, value);
});

test('a list with two numbers, or with a hole, is none', () => {
  for (const value of ['5, 6', '5,', ',5', '5,,5', ',', '5, +5', '5, x'])
    assert.equal(contentLength(value), -1, value);
});

test('a list takes time in proportion to its length, whatever blanks are in it', () => {
  const blanks = ' '.repeat(1_000_000);
  // Were the blanks looked at again from each of them, this would take half an hour.
  assert.equal(contentLength(`5,5${blanks}x`), -1);
  assert.equal(contentLength(`5${blanks},${blanks}5`), 5);
});
