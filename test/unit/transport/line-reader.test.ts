import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineReader } from '../../../src/transport/line-reader.ts';

function linesOf(chunks: readonly Buffer[], longest = 100): string[] {
  const lines: string[] = [];
  const reader = new LineReader(longest, line => lines.push(line));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return lines;
}

test('lines are the same wherever the bytes are split', () => {
  const bytes = Buffer.from('one\r\n\n  two: caf\u00e9 \u20ac\nlast');
  for (let at = 0; at <= bytes.length; at++) {
    assert.deepEqual(linesOf([bytes.subarray(0, at), bytes.subarray(at)]), [
      'one',
      'two: caf\u00e9 \u20ac',
      'last',
    ]);
  }
});

test('a line that is too long is cut and marked, and the next one is whole', () => {
  const bytes = Buffer.from(`${'a'.repeat(11)}\n${'b'.repeat(10)}\n`);
  const cut = ['aaaaaaaaaa ..', 'bbbbbbbbbb'];
  assert.deepEqual(linesOf([bytes], 10), cut);
  assert.deepEqual(
    linesOf(
      [...bytes].map(byte => Buffer.from([byte])),
      10,
    ),
    cut,
  );
});

test('however much comes without a line end, little of it is kept', () => {
  assert.deepEqual(
    linesOf(
      Array.from({ length: 100 }, () => Buffer.alloc(1000, 'x')),
      10,
    ),
    ['xxxxxxxxxx ..'],
  );
});
