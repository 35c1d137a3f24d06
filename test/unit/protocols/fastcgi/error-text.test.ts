import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorText } from '../../../../protocols/fastcgi/error-text.ts';
import type { ResponseSink } from '../../../../src/protocol.ts';

/** What is handed on of some pieces of an error stream. */
function said(...pieces: (string | Buffer)[]): string[] {
  const texts: string[] = [];
  const sink = { diagnostic: (text: string) => texts.push(text) } as unknown as ResponseSink;
  const errors = new ErrorText();
  errors.begin();
  for (const piece of pieces) {
    const bytes = Buffer.from(piece as string);
    errors.receive(bytes, 0, bytes.length, sink);
  }
  errors.flush(sink);
  return texts;
}

test('a line that comes in pieces is handed on whole', () => {
  assert.deepEqual(said('PHP mess', 'age: a', '\n'), ['PHP message: a']);
});

test('lines that come together stay together, and an unfinished one follows', () => {
  assert.deepEqual(said('Fatal error\nStack trace:\n#0 {main}\nand th', 'en'), [
    'Fatal error\nStack trace:\n#0 {main}',
    'and then',
  ]);
});

test('a line without an end is handed on at the end', () => {
  assert.deepEqual(said('no newline'), ['no newline']);
  assert.deepEqual(said('\n', ' \n'), []);
});

test('characters of several bytes survive being split', () => {
  const bytes = Buffer.from('naïve €\n');
  for (let at = 0; at <= bytes.length; at++) {
    assert.deepEqual(said(bytes.subarray(0, at), bytes.subarray(at)), ['naïve €']);
  }
});

test('a text without line ends is handed on in parts of 8 KiB', () => {
  assert.deepEqual(
    said('x'.repeat(5000), 'x'.repeat(5000), 'y').map(text => text.length),
    [8192, 1808, 1],
  );
});

test('no request hands on more than 64 KiB, and it says so once (69)', () => {
  const texts = said(...Array.from({ length: 100 }, () => `${'x'.repeat(4000)}\n`));
  assert.equal(texts.at(-1), 'more than 65536 bytes for one request: the rest is dropped');
  assert.ok(texts.join('').length < 80_000);
  assert.equal(texts.filter(text => text.includes('dropped')).length, 1);
});
