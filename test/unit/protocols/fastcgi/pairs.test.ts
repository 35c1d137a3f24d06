import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodePairs } from '../../../../protocols/fastcgi/encode.ts';
import { readPairs } from '../../../../protocols/fastcgi/pairs.ts';

test('pairs are read as they were written, with lengths of one byte and four', () => {
  const pairs = ['A', '', 'B'.repeat(127), 'b'.repeat(128), 'C'.repeat(70_000), 'c', 'D', 'd'];
  assert.deepEqual([...readPairs(encodePairs(pairs))].flat(), pairs);
});

test('what ends inside a pair is left out, wherever it ends', () => {
  const bytes = encodePairs(['A', 'a', 'B', 'b'.repeat(200)]);
  for (let end = 0; end < bytes.length; end++) {
    assert.deepEqual([...readPairs(bytes.slice(0, end))].flat(), end < 4 ? [] : ['A', 'a'], `${end} bytes`);
  }
});

test('lengths that no bytes follow are an end, not an error', () => {
  assert.deepEqual([...readPairs('\xff\xff\xff\xff\xff\xff\xff\xff')], []);
});
