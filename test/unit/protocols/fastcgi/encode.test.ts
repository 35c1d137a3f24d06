import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeAbort,
  encodeBegin,
  encodeData,
  encodeEnd,
  encodeGetValues,
  encodePairs,
} from '../../../../protocols/fastcgi/encode.ts';
import { readPairs, TYPE, type WireRecord } from '../../../support/fastcgi.ts';

/** The records in a latin1 text, which must be nothing else. */
function recordsIn(text: string): WireRecord[] {
  const bytes = Buffer.from(text, 'latin1');
  const records: WireRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    assert.equal(bytes[at], 1, 'the version');
    const length = bytes.readUInt16BE(at + 4);
    const padding = bytes[at + 6]!;
    const content = bytes.subarray(at + 8, at + 8 + length);
    assert.equal(content.length, length);
    records.push({ type: bytes[at + 1]!, id: bytes.readUInt16BE(at + 2), content, padding });
    at += 8 + length + padding;
    assert.ok(at <= bytes.length, 'the padding is there');
  }
  return records;
}

function written(write: (out: { write(bytes: string | Buffer): void }) => void): string {
  let text = '';
  write({ write: bytes => (text += typeof bytes === 'string' ? bytes : bytes.toString('latin1')) });
  return text;
}

test('a request begins by its role, whether the connection is kept, and its variables', () => {
  const records = recordsIn(encodeBegin(1, true, ['CONTENT_LENGTH', '0', 'EMPTY', '']));
  assert.deepEqual(
    records.map(({ type, id }) => [type, id]),
    [
      [TYPE.begin, 1],
      [TYPE.params, 1],
      [TYPE.params, 1],
    ],
  );
  assert.deepEqual([...records[0]!.content], [0, 1, 1, 0, 0, 0, 0, 0]);
  assert.deepEqual(readPairs(records[1]!.content), ['CONTENT_LENGTH', '0', 'EMPTY', '']);
  assert.equal(records[2]!.content.length, 0);
  assert.equal(recordsIn(encodeBegin(1, false, []))[0]!.content[2], 0);
});

test('request ids of two bytes', () => {
  for (const { id } of recordsIn(encodeBegin(0x1234, true, ['A', 'b']))) assert.equal(id, 0x1234);
});

test('names and values of 128 bytes and more have lengths of four bytes, each for itself (65)', () => {
  const lengths = [0, 1, 127, 128, 255, 256, 65_535, 70_000];
  for (const name of lengths.slice(1)) {
    for (const value of lengths) {
      const pair = ['n'.repeat(name), 'v'.repeat(value)];
      const bytes = Buffer.from(encodePairs(pair), 'latin1');
      assert.equal(bytes.length, (name > 127 ? 4 : 1) + (value > 127 ? 4 : 1) + name + value);
      assert.deepEqual(readPairs(bytes), pair);
    }
  }
});

test('variables beyond one record go on in the next, and a pair may straddle them (64, 65)', () => {
  const pairs = Array.from({ length: 9 }, (_, i) => [`NAME_${i}`, `${i}`.repeat(30_001)]).flat();
  const [, ...params] = recordsIn(encodeBegin(1, true, pairs));
  assert.equal(params.pop()!.content.length, 0);
  assert.ok(params.length > 3);
  for (const { type, content, padding } of params) {
    assert.equal(type, TYPE.params);
    assert.ok(content.length > 0 && content.length <= 65_528);
    assert.equal((content.length + padding) % 8, 0);
  }
  assert.deepEqual(readPairs(Buffer.concat(params.map(({ content }) => content))), pairs);
});

test('variables that fill a record to its last byte are followed by one empty record', () => {
  const [, full, end, ...more] = recordsIn(encodeBegin(1, true, ['N', 'x'.repeat(65_528 - 6)]));
  assert.equal(full!.content.length, 65_528);
  assert.equal(end!.content.length, 0);
  assert.deepEqual(more, []);
});

test('bytes of variables beyond ASCII survive (91)', () => {
  const every = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
  assert.deepEqual(readPairs(Buffer.from(encodePairs(['A', every]), 'latin1')), ['A', every]);
});

test('a body of any size is cut into records that every application reads (64)', () => {
  for (const size of [1, 7, 8, 65_527, 65_528, 65_529, 65_536, 200_000]) {
    const body = Buffer.alloc(size, 'abcdefg');
    const records = recordsIn(written(out => encodeData(3, body, out)));
    for (const { type, id, content, padding } of records) {
      assert.deepEqual([type, id], [TYPE.stdin, 3]);
      assert.ok(content.length > 0 && content.length + padding <= 65_535);
    }
    assert.ok(Buffer.concat(records.map(({ content }) => content)).equals(body), `${size} bytes`);
  }
});

test('an empty part of a body writes nothing, for an empty record would be its end', () => {
  assert.equal(
    written(out => encodeData(1, Buffer.alloc(0), out)),
    '',
  );
  assert.deepEqual(recordsIn(encodeEnd(1)).length, 1);
  assert.equal(recordsIn(encodeEnd(1))[0]!.content.length, 0);
});

test('a request is given up by its id', () => {
  assert.deepEqual(
    recordsIn(encodeAbort(513)).map(({ type, id, content }) => [type, id, content.length]),
    [[TYPE.abort, 513, 0]],
  );
});

test('limits are asked for on behalf of no request', () => {
  const [question, ...more] = recordsIn(encodeGetValues(['FCGI_MAX_REQS', 'FCGI_MPXS_CONNS']));
  assert.deepEqual([question!.type, question!.id, more.length], [TYPE.getValues, 0, 0]);
  assert.deepEqual(readPairs(question!.content), ['FCGI_MAX_REQS', '', 'FCGI_MPXS_CONNS', '']);
});
