import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTENT_LENGTH, HOST, OTHER } from '../../../src/fields.ts';
import { indexOfCode } from '../../../src/http1/head.ts';
import { RequestHeadParser } from '../../../src/http1/request-head.ts';
import { fieldLines } from '../../../src/http1/write.ts';
import { ROOMY, requestWith } from './heads.ts';

function feed(parser: RequestHeadParser, text: string): number {
  const bytes = Buffer.from(text, 'latin1');
  return parser.parse(bytes, 0, bytes.length);
}

test('a head counts as started from its first byte to its last', () => {
  const parser = new RequestHeadParser(ROOMY);
  assert.equal(parser.started, false);
  feed(parser, '\r\n\r');
  assert.equal(parser.started, false, 'empty lines are no head');
  feed(parser, '\nG');
  assert.equal(parser.started, true);
  feed(parser, 'ET / HTTP/1.1\r\n\r');
  assert.equal(parser.started, true);
  assert.equal(feed(parser, '\n'), 1);
  assert.equal(parser.started, false);
});

test('pipelined heads are read one after the other out of one chunk, from where the last one ended', () => {
  const parser = new RequestHeadParser(ROOMY);
  const bytes = Buffer.from('xxGET /1 HTTP/1.1\r\nA: b\r\n\r\nGET /2 HTTP/1.0\r\n\r\nGET /3');
  const second = parser.parse(bytes, 2, bytes.length);
  assert.deepEqual([parser.target, parser.fields], ['/1', ['A', 'b']]);
  const third = parser.parse(bytes, second, bytes.length);
  assert.deepEqual([parser.target, parser.minor, parser.fields], ['/2', 0, []]);
  assert.equal(parser.parse(bytes, third, bytes.length), -1);
  assert.equal(feed(parser, ' HTTP/1.1\r\n\r\n'), 13);
  assert.deepEqual([parser.target, parser.minor], ['/3', 1]);
});

test('empty lines are ignored before every head, not only before the first', () => {
  const parser = new RequestHeadParser(ROOMY);
  const text = '\r\n\r\nGET / HTTP/1.1\r\n\r\n';
  for (let i = 0; i < 3; i++) assert.equal(feed(parser, text), text.length);
});

test('bytes behind `end` are not looked at', () => {
  const parser = new RequestHeadParser(ROOMY);
  const bytes = Buffer.from('GET / HTTP/1.1\r\nA: b\r\n\r\n');
  for (let end = 0; end < bytes.length; end++) {
    assert.equal(new RequestHeadParser(ROOMY).parse(bytes, 0, end), -1, `${end} bytes`);
  }
  assert.equal(parser.parse(bytes, 0, bytes.length), bytes.length);
});

test('two parsers that read in turns do not disturb each other', () => {
  const one = new RequestHeadParser(ROOMY);
  const other = new RequestHeadParser(ROOMY);
  feed(one, 'GET /one HTTP/1.1\r\nHost: o');
  feed(other, 'GET /other HTTP/1.1\r\nX: other\r\nHo');
  feed(one, 'ne\r\n\r\n');
  feed(other, 'st: y\r\n\r\n');
  assert.deepEqual([one.target, one.fields], ['/one', ['Host', 'one']]);
  assert.deepEqual([other.target, other.fields], ['/other', ['X', 'other', 'Host', 'y']]);
  assert.deepEqual([one.codes[0], other.codes[0], other.codes[1]], [HOST, OTHER, HOST]);
});

test('after release nothing is left of the last head', () => {
  const parser = requestWith('Host: a\r\n');
  parser.release();
  assert.deepEqual([parser.count, parser.fields, parser.target], [0, [], '']);
  assert.equal(feed(parser, 'GET /2 HTTP/1.1\r\n\r\n'), 19);
});

test('release in the middle of a head does not lose it', () => {
  const parser = new RequestHeadParser(ROOMY);
  feed(parser, 'GET / HTTP/1.1\r\nA: ');
  parser.release();
  feed(parser, 'b\r\n\r\n');
  assert.deepEqual(parser.fields, ['A', 'b']);
});

test('indexOfCode finds the first field of a code', () => {
  const parser = requestWith('A: b\r\nHost: a\r\nHost: b\r\n');
  assert.equal(indexOfCode(parser, HOST), 1);
  assert.equal(indexOfCode(parser, CONTENT_LENGTH), -1);
});

test('lines are the fields written anew, whatever space stood around their values', () => {
  const parser = requestWith('A: b\r\nC:d\r\nE:  f\r\nG: h \r\nI:\r\nJ: \r\nK:\tl\r\nM: n\r\nO: p q\r\n');
  const { fields, count } = parser;
  for (let from = 0; from <= count; from++) {
    for (let to = from; to <= count; to++) {
      assert.equal(parser.lines(from, to), fieldLines(fields.slice(from * 2, to * 2)), `${from} to ${to}`);
    }
  }
});

test('a large head fed byte by byte is copied a few times over, not once a byte', t => {
  const text = Buffer.from(`GET / HTTP/1.1\r\nA: ${'a'.repeat(30_000)}\r\n\r\n`);
  const parser = new RequestHeadParser({ ...ROOMY, headBytes: 32_768 });
  const copy = t.mock.method(Buffer.prototype, 'copy');
  let next = -1;
  for (let at = 0; next < 0; at++) next = parser.parse(text, at, at + 1);
  let copied = 0;
  for (const call of copy.mock.calls) copied += Number(call.result);
  assert.equal(parser.value(0).length, 30_000);
  assert.ok(copied < 4 * text.length, `${copied} bytes were copied`);
});
