import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOMY, readResponse } from './heads.ts';

const BAD = { error: 'http_protocol_error' };

test('a status line and fields are read in the same way however they are split', () => {
  assert.deepEqual(readResponse('HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\nbody'), {
    start: [404, 'Not Found', 1],
    fields: ['Server', 'x'],
    rest: 4,
  });
});

test('a reason phrase may be empty, and the space before it missing', () => {
  for (const line of ['HTTP/1.1 200', 'HTTP/1.1 200 ']) {
    assert.deepEqual(readResponse(`${line}\r\n\r\n`), { start: [200, '', 1], fields: [], rest: 0 }, line);
  }
});

test('a reason phrase keeps its latin1 bytes, spaces and tabs', () => {
  const reason = ' D\xe9plac\xe9\t\xff ';
  assert.deepEqual(readResponse(`HTTP/1.0 302 ${reason}\r\n\r\n`), {
    start: [302, reason, 0],
    fields: [],
    rest: 0,
  });
});

test('a control byte in a reason phrase is refused', () => {
  for (const byte of ['\0', '\x01', '\n', '\x7f']) {
    assert.deepEqual(readResponse(`HTTP/1.1 200 O${byte}K\r\n\r\n`), BAD);
  }
  assert.deepEqual(readResponse('HTTP/1.1 200 O\rK\r\n\r\n'), BAD);
});

test('a status is 100 to 599', () => {
  for (const status of [100, 101, 199, 200, 404, 599]) {
    assert.deepEqual(readResponse(`HTTP/1.1 ${status} X\r\n\r\n`), {
      start: [status, 'X', 1],
      fields: [],
      rest: 0,
    });
  }
  for (const status of ['000', '099', '600', '999', '20', '2000', '2x0', '-20', '+20', ' 200', '2 00']) {
    assert.deepEqual(readResponse(`HTTP/1.1 ${status} X\r\n\r\n`), BAD, status);
  }
});

test('what does not begin with HTTP/1.0 or HTTP/1.1 is refused', () => {
  for (const line of [
    'HTTP/2 200',
    'HTTP/2.0 200',
    'HTTP/1.2 200',
    'ICY 200',
    'http/1.1 200',
    '\r\nHTTP/1.1 200',
    ' HTTP/1.1 200',
    'HTTP/1.1\t200',
    'HTTP/1.1200',
    '<html>',
  ]) {
    assert.deepEqual(readResponse(`${line} OK\r\n\r\n`), BAD, line);
  }
});

test('a bare line feed is refused in an answer too', () => {
  assert.deepEqual(readResponse('HTTP/1.1 200 OK\nA: b\n\n'), BAD);
  assert.deepEqual(readResponse('HTTP/1.1 200 OK\r\nA: b\n\r\n'), BAD);
  assert.deepEqual(readResponse('HTTP/1.1 200\n\r\n'), BAD);
});

test('fields of an answer are as strict as those of a request', () => {
  for (const line of ['A : b', ' A: b', 'A: b\r\n c', 'A: \0', ': b', 'A', 'A\xe9: b']) {
    assert.deepEqual(readResponse(`HTTP/1.1 200 OK\r\n${line}\r\n\r\n`), BAD, line);
  }
});

test('a head over its limits is an error of its own, one that meets them is none', () => {
  const text = 'HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\n\r\n';
  const good = { start: [200, 'OK', 1], fields: ['A', '1', 'B', '2'], rest: 0 };
  const bad = { error: 'http_response_header_section_size' };
  assert.deepEqual(readResponse(text, { headBytes: text.length, fieldCount: 2, targetBytes: 0 }), good);
  assert.deepEqual(readResponse(text, { ...ROOMY, headBytes: text.length - 1 }), bad);
  assert.deepEqual(readResponse(text, { ...ROOMY, headBytes: 10 }), bad);
  assert.deepEqual(readResponse(text, { ...ROOMY, fieldCount: 1 }), bad);
});
