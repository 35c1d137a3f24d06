import assert from 'node:assert/strict';
import { STATUS_CODES } from 'node:http';
import { test } from 'node:test';
import { ChunkedDecoder } from '../../../src/http1/chunked.ts';
import { chunkHeader, fieldLines, LAST_CHUNK, lastChunk, reasonPhrase } from '../../../src/http1/write.ts';

/** What RFC 9110 calls otherwise than Node does, or no longer names. */
const RENAMED = new Map([
  [413, 'Content Too Large'],
  [422, 'Unprocessable Content'],
  [425, 'Too Early'],
  [509, 'Server Error'],
]);

test('the names of statuses are those of RFC 9110 and the registry', () => {
  for (const [status, name] of Object.entries(STATUS_CODES)) {
    assert.equal(reasonPhrase(Number(status)), RENAMED.get(Number(status)) ?? name, status);
  }
});

test('a status that nobody has registered is called by its class, and what is no status by nothing', () => {
  for (const [status, phrase] of [
    [299, 'Successful'],
    [399, 'Redirection'],
    [499, 'Client Error'],
    [599, 'Server Error'],
  ] as const) {
    assert.equal(reasonPhrase(status), phrase);
  }
  for (const status of [0, 99, 600, 1000]) assert.equal(reasonPhrase(status), '');
});

test('what is written in chunks is read again as it was', () => {
  for (const size of [1, 9, 10, 15, 16, 255, 256, 65_535, 65_536]) {
    const text = `${chunkHeader(size)}${'x'.repeat(size)}\r\n${lastChunk(['X-T', 'a b', 'y', ''])}`;
    const decoder = new ChunkedDecoder(
      { extensionBytes: 0, trailerBytes: 64, trailerCount: 2 },
      'http_protocol_error',
    );
    let read = 0;
    const bytes = Buffer.from(text, 'latin1');
    const sink = { data: (chunk: Buffer) => (read += chunk.length) };
    assert.equal(decoder.decode(bytes, 0, bytes.length, sink), bytes.length);
    assert.deepEqual([read, decoder.trailers], [size, ['X-T', 'a b', 'y', '']]);
  }
});

test('fields are written one to a line', () => {
  assert.equal(fieldLines([]), '');
  assert.equal(fieldLines(['A', 'b', 'A', '\xff']), 'A: b\r\nA: \xff\r\n');
  assert.equal(lastChunk([]), LAST_CHUNK);
  assert.equal(lastChunk(['A', 'b']), '0\r\nA: b\r\n\r\n');
});
