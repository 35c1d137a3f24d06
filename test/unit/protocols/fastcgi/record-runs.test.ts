import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordRuns } from '../../../../protocols/fastcgi/record-runs.ts';
import { endRequest, record, stdout, TYPE } from '../../../support/fastcgi.ts';
import { everySplit } from '../../http1/every-split.ts';

/** What each id gets of some pieces, and in which order ids end. */
function cut(pieces: readonly Buffer[]) {
  const runs = new RecordRuns();
  const byId: Record<number, string> = {};
  const ended: number[] = [];
  let junk = '';
  const owner = {
    run: (chunk: Buffer, start: number, end: number, ends: boolean) => {
      byId[runs.id] = (byId[runs.id] ?? '') + chunk.toString('latin1', start, end);
      if (ends) ended.push(runs.id);
    },
    junk: (header: Buffer) => {
      junk += header.toString('latin1');
    },
  };
  for (const piece of pieces) if (junk === '') runs.receive(piece, owner);
  return { byId, ended, junk };
}

test('each id gets the bytes of its own records, whole and in order, wherever the stream is split', () => {
  const records: [id: number, bytes: Buffer][] = [
    [1, stdout('one', 1, 100, 5)],
    [2, stdout('two', 2)],
    [0, record(TYPE.unknown, 0, '12345678')],
    [1, record(TYPE.stderr, 1)],
    [300, endRequest(300, 0, 0, 4)],
    [2, endRequest(2)],
    [1, endRequest(1)],
  ];
  const expected: Record<number, string> = {};
  for (const [id, bytes] of records) expected[id] = (expected[id] ?? '') + bytes.toString('latin1');
  const stream = Buffer.concat(records.map(([, bytes]) => bytes)).toString('latin1');
  assert.deepEqual(everySplit(stream, cut), { byId: expected, ended: [300, 2, 1], junk: '' });
});

test('a request has ended with the padding of its last record, not before', () => {
  const bytes = endRequest(1, 0, 0, 8);
  assert.deepEqual(cut([bytes.subarray(0, -1)]).ended, []);
  assert.deepEqual(cut([bytes]).ended, [1]);
});

test('what is not a record is reported with its first bytes, and nothing after it', () => {
  const stream = Buffer.concat([stdout('one'), Buffer.from('HTTP/1.1 200 OK')]).toString('latin1');
  const result = everySplit(stream, cut);
  assert.deepEqual(result, { byId: { 1: stdout('one').toString('latin1') }, ended: [], junk: 'HTTP/1.1' });
});
