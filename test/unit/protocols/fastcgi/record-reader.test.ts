import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordReader } from '../../../../protocols/fastcgi/record-reader.ts';
import { endRequest, record, TYPE } from '../../../support/fastcgi.ts';
import { everySplit } from '../../http1/every-split.ts';

/** The records that a reader makes of some pieces, contents as text. */
function read(pieces: readonly Buffer[], most = Infinity) {
  const reader = new RecordReader();
  const records: [type: number, id: number, length: number, content: string][] = [];
  let content = '';
  let rest = 0;
  const owner = {
    content: (chunk: Buffer, start: number, end: number) => {
      assert.ok(end > start, 'no content is empty');
      content += chunk.toString('latin1', start, end);
    },
    recordEnded: () => {
      records.push([reader.type, reader.id, reader.length, content]);
      content = '';
      return records.length < most;
    },
  };
  for (const piece of pieces)
    rest += piece.length - (records.length < most ? reader.receive(piece, owner) : 0);
  return { records, unfinished: content, between: reader.between, rest };
}

test('records are read alike wherever the stream is split (66)', () => {
  const bytes = Buffer.concat([
    record(TYPE.stdout, 1, 'hello', 3),
    record(TYPE.stderr, 0x0102, 'oops'),
    record(TYPE.stdout, 1, '', 7),
    record(TYPE.stdout, 1),
    endRequest(1, 0, 0, 1),
  ]);
  const result = everySplit(bytes.toString('latin1'), pieces => read(pieces));
  assert.deepEqual(result, {
    records: [
      [TYPE.stdout, 1, 5, 'hello'],
      [TYPE.stderr, 0x0102, 4, 'oops'],
      [TYPE.stdout, 1, 0, ''],
      [TYPE.stdout, 1, 0, ''],
      [TYPE.end, 1, 8, '\0'.repeat(8)],
    ],
    unfinished: '',
    between: true,
    rest: 0,
  });
});

test('a record is not complete before its padding (66)', () => {
  const bytes = record(TYPE.stdout, 1, 'hello', 3);
  for (let cut = 1; cut < bytes.length; cut++) {
    const { records, between } = read([bytes.subarray(0, cut)]);
    assert.deepEqual([records.length, between], [0, false], `${cut} bytes`);
  }
});

test('content, 65535 bytes with 255 of padding as well, is handed on as a view', () => {
  const reader = new RecordReader();
  const bytes = record(TYPE.stdout, 1, Buffer.alloc(65_535, 'x'), 255);
  const views: [Buffer, number, number][] = [];
  reader.receive(bytes, {
    content: (...view) => views.push(view),
    recordEnded: () => true,
  });
  assert.deepEqual(views, [[bytes, 8, 8 + 65_535]]);
  assert.equal(reader.between, true);
});

test('nothing is read behind the record at which its owner stops (16)', () => {
  const bytes = Buffer.concat([endRequest(), Buffer.from('surplus')]);
  assert.deepEqual(read([bytes], 1), {
    records: [[TYPE.end, 1, 8, '\0'.repeat(8)]],
    unfinished: '',
    between: true,
    rest: 7,
  });
});

test('a byte other than the version of FastCGI where a record should begin is no FastCGI', () => {
  for (const bytes of [Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), Buffer.alloc(16)]) {
    const result = everySplit(bytes.toString('latin1'), pieces => read(pieces));
    assert.deepEqual(result, { error: 'http_protocol_error' });
  }
});
