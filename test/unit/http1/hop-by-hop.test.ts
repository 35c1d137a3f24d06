import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endToEnd } from '../../../src/http1/hop-by-hop.ts';
import { requestWith } from './heads.ts';

test('hop-by-hop and framing fields and Host stop at the border', () => {
  const stopped = [
    'Connection: x',
    'Keep-Alive: y',
    'Proxy-Connection: z',
    'TE: trailers',
    'Trailer: t',
    'Upgrade: u',
  ];
  const framing = ['Transfer-Encoding: chunked', 'Content-Length: 5', 'Host: a', 'Expect: 100-continue'];
  for (const line of [...stopped, ...framing]) {
    const head = requestWith(`A: 1\r\n${line}\r\n${line.toUpperCase()}\r\nB: 2\r\n`);
    assert.equal(endToEnd(head), 'A: 1\r\nB: 2\r\n', line);
  }
});

test('fields that Connection names stop too, wherever they stand', () => {
  const head = requestWith(
    'x-a: 1\r\nConnection: close, X-A\r\nB: 2\r\nX-A: 3\r\nconnection:\tx-c\r\nX-C: 4\r\n',
  );
  assert.equal(endToEnd(head), 'B: 2\r\n');
});

test('the rest goes on in its order, each on a line of one form', () => {
  const head = requestWith('a:1\r\nB:  2 \r\na: 3\r\nC: \xe9\r\nD:\r\n');
  assert.equal(endToEnd(head), 'a: 1\r\nB: 2\r\na: 3\r\nC: \xe9\r\nD: \r\n');
});
