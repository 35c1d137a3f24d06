import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldSet } from '../../../src/rewrite/field-set.ts';

const LINES = 'A: 1\r\nX-B: 2\r\nx_b: 3\r\nX-BC: 4\r\nB: X-B: 5\r\nX-b: 6\r\n';

test('of a request, fields go in all the spellings that an application may read as theirs', () => {
  assert.equal(new FieldSet(['x-B'], 'request').without(LINES), 'A: 1\r\nX-BC: 4\r\nB: X-B: 5\r\n');
});

test('of an answer, fields go in whatever case they are written', () => {
  assert.equal(new FieldSet(['X-B', 'a'], 'response').without(LINES), 'x_b: 3\r\nX-BC: 4\r\nB: X-B: 5\r\n');
});

test('all others stay, also if none goes', () => {
  assert.equal(new FieldSet(['None', 'Z'.repeat(300)], 'request').without(LINES), LINES);
  assert.equal(new FieldSet([], 'request').without(LINES), LINES);
  assert.equal(new FieldSet(['A'], 'request').without(''), '');
});
