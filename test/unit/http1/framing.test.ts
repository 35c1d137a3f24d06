import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CHUNKED,
  keepsAlive,
  requestBodyLength,
  responseBodyLength,
  UNTIL_CLOSE,
} from '../../../src/http1/framing.ts';
import { requestWith, responseWith } from './heads.ts';

const BAD_REQUEST = { kind: 'http_request_error' };
const BAD_RESPONSE = { kind: 'http_protocol_error' };

/** Field lines that leave the length of a body to guesswork. */
const AMBIGUOUS = [
  'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
  'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n',
  'Content-Length: 5\r\nContent-Length: 6\r\n',
  'Content-Length: 5, 6\r\n',
  'Content-Length: +5\r\n',
  'Content-Length: 0x5\r\n',
  'Content-Length:\r\n',
  'Transfer-Encoding:\r\n',
  'Transfer-Encoding: xchunked\r\n',
  'Transfer-Encoding: chunked;x=1\r\n',
  'Transfer-Encoding: chunked, chunked\r\n',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n',
  'Transfer-Encoding: gzip\r\n',
];

test('a request without framing fields has no body', () => {
  assert.equal(requestBodyLength(requestWith('')), 0);
  assert.equal(requestBodyLength(requestWith('Content_Length: 5\r\nX-Transfer-Encoding: chunked\r\n')), 0);
});

test('one Content-Length, or several that agree, is the length', () => {
  assert.equal(requestBodyLength(requestWith('content-LENGTH: 5\r\n')), 5);
  assert.equal(requestBodyLength(requestWith('Content-Length: 5\r\nX: y\r\nContent-Length: 5\r\n')), 5);
  assert.equal(requestBodyLength(requestWith('Content-Length: 5, 5\r\n')), 5);
  assert.equal(responseBodyLength(200, 'GET', responseWith('Content-Length: 5, 5\r\n')), 5);
});

test('chunked as the only coding is chunked', () => {
  assert.equal(requestBodyLength(requestWith('Transfer-Encoding: Chunked \r\n')), CHUNKED);
  assert.equal(responseBodyLength(200, 'GET', responseWith('transfer-encoding: chunked\r\n')), CHUNKED);
});

test('a request whose length would have to be guessed is refused', () => {
  for (const lines of AMBIGUOUS)
    assert.throws(() => requestBodyLength(requestWith(lines)), BAD_REQUEST, lines);
});

test('an answer whose length would have to be guessed is refused, even where it has no body', () => {
  for (const lines of AMBIGUOUS) {
    for (const [status, method] of [
      [200, 'GET'],
      [200, 'HEAD'],
      [304, 'GET'],
      [204, 'GET'],
    ] as const) {
      assert.throws(
        () => responseBodyLength(status, method, responseWith(lines)),
        BAD_RESPONSE,
        `${status} ${lines}`,
      );
    }
  }
});

test('a coding before chunked is not implemented in a request and a fault in an answer', () => {
  for (const lines of [
    'Transfer-Encoding: gzip, chunked\r\n',
    'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n',
  ]) {
    assert.throws(() => requestBodyLength(requestWith(lines)), { kind: 'not_implemented' });
    assert.throws(() => responseBodyLength(200, 'GET', responseWith(lines)), BAD_RESPONSE);
  }
});

test('Transfer-Encoding in HTTP/1.0 is refused both ways', () => {
  const lines = 'Transfer-Encoding: chunked\r\n';
  assert.throws(() => requestBodyLength(requestWith(lines, 0)), BAD_REQUEST);
  assert.throws(() => responseBodyLength(200, 'GET', responseWith(lines, 0)), BAD_RESPONSE);
});

test('an answer without framing fields ends when the backend closes', () => {
  for (const status of [200, 205, 302, 500]) {
    assert.equal(responseBodyLength(status, 'GET', responseWith('')), UNTIL_CLOSE, `${status}`);
  }
});

test('an answer to HEAD, a 1xx, a 204 and a 304 have no body, whatever their fields say', () => {
  for (const lines of ['', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n']) {
    assert.equal(responseBodyLength(200, 'HEAD', responseWith(lines)), 0, lines);
    for (const status of [100, 101, 103, 204, 304]) {
      assert.equal(responseBodyLength(status, 'GET', responseWith(lines)), 0, `${status} ${lines}`);
    }
  }
});

test('the framing of a 205 is read', () => {
  assert.equal(responseBodyLength(205, 'GET', responseWith('Content-Length: 0\r\n')), 0);
  assert.equal(responseBodyLength(205, 'GET', responseWith('Content-Length: 5\r\n')), 5);
});

test('HTTP/1.1 persists unless it says close', () => {
  for (const lines of [
    '',
    'Connection: keep-alive\r\n',
    'Connection: Upgrade\r\n',
    'Connection: closed\r\n',
    'X: close\r\n',
  ]) {
    assert.equal(keepsAlive(requestWith(lines)), true, lines);
  }
  const closing = [
    'Connection: close\r\n',
    'connection: CLOSE\r\n',
    'Connection: x,\tclose\r\n',
    'Connection: keep-alive, close\r\n',
  ];
  for (const lines of [...closing, 'Connection: keep-alive\r\nConnection: close\r\n']) {
    assert.equal(keepsAlive(requestWith(lines)), false, lines);
    assert.equal(keepsAlive(requestWith(lines, 0)), false, lines);
  }
});

test('HTTP/1.0 persists if it says keep-alive', () => {
  for (const lines of [
    'Connection: keep-alive\r\n',
    'Connection: Keep-Alive\r\n',
    'Connection: x, keep-alive\r\n',
  ]) {
    assert.equal(keepsAlive(requestWith(lines, 0)), true, lines);
  }
  for (const lines of [
    '',
    'Connection: upgrade\r\n',
    'Keep-Alive: timeout=5\r\n',
    'Proxy-Connection: keep-alive\r\n',
  ]) {
    assert.equal(keepsAlive(requestWith(lines, 0)), false, lines);
  }
});
