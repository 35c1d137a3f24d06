import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const ok = (...lines: string[]) => ['HTTP/1.1 200 OK', ...lines, '', 'hello'].join('\r\n');

const FAULTS: readonly (readonly [claim: string, answer: string, error?: string])[] = [
  ['garbage', 'hello\r\n\r\n'],
  ['an SSH banner', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['a status line that ends in LF alone', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['a version of the future', 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n'],
  ['a status above 599', 'HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n'],
  ['a NUL in the reason phrase', 'HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n'],
  ['a folded field', ok('X-A: 1', ' 2', 'Content-Length: 5')],
  ['a blank before the colon', ok('Content-Length : 5')],
  ['a field without a colon', ok('X-A', 'Content-Length: 5')],
  ['a line feed in a value', ok('X-A: 1\n2', 'Content-Length: 5')],
  ['a NUL in a value', ok('X-A: 1\x002', 'Content-Length: 5')],
  ['a name that is not a token', ok('X A: 1', 'Content-Length: 5')],
  ['Content-Length and Transfer-Encoding', ok('Content-Length: 5', 'Transfer-Encoding: chunked')],
  ['lengths that differ', ok('Content-Length: 5', 'Content-Length: 6')],
  ['a length that is no number', ok('Content-Length: five')],
  ['a negative length', ok('Content-Length: -5')],
  ['an empty length', ok('Content-Length: ')],
  ['a coding that nobody decodes', ok('Transfer-Encoding: gzip')],
  ['a coding before chunked', ok('Transfer-Encoding: gzip, chunked')],
  ['chunked twice', ok('Transfer-Encoding: chunked, chunked')],
  ['an empty head', '\r\n\r\n'],
  [
    'too many fields',
    ok(...Array.from({ length: 300 }, (_, i) => `X-${i}: 1`)),
    'http_response_header_section_size',
  ],
  ['an endless head', ok(`X-A: ${'x'.repeat(100_000)}`), 'http_response_header_section_size'],
];

for (const [claim, answer, error = 'http_protocol_error'] of FAULTS) {
  test(`an answer with ${claim} becomes 502, and its connection is closed (15, 17, 90)`, async t => {
    const origin = await backend(t, async connection => {
      await connection.request();
      connection.send(answer);
      await connection.closed();
    });
    const gateway = await startGateway(t, { backends: [origin.url] });
    const client = await connect(t, gateway.address);
    client.send(get());
    const got = await client.response();
    assert.equal(got.status, 502);
    assert.match(got.field('proxy-status')!, new RegExp(`^sluice; error=${error}`));
    await (await origin.connection(0)).closed();
    assert.equal((await gateway.ended(1))[0]!.reason, error);
    assert.equal(origin.connections.length, 1, 'not tried again');
  });
}

test('a backend that closes without an answer becomes 502 (18)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.close();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  const answer = await client.response();
  assert.equal(answer.status, 502);
  assert.match(answer.field('proxy-status')!, /error=connection_terminated/);
});

test('a backend that closes inside the head becomes 502 (15)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 200 OK\r\nContent-Le').halfClose();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  assert.equal((await client.response()).status, 502);
});

test('a backend that gives no head in time becomes 504 (83)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url], timeouts: { response: 50 } });
  const client = await connect(t, gateway.address);
  client.send(get());
  const answer = await client.response();
  assert.equal(answer.status, 504);
  assert.match(answer.field('proxy-status')!, /error=http_response_timeout/);
  await (await origin.connection(0)).closed();
});

test('odd but readable status lines are relayed (15)', async t => {
  for (const [line, status, reason] of [
    ['HTTP/1.1 200', 200, ''],
    ['HTTP/1.1 299 \xe9t\xe9', 299, '\xe9t\xe9'],
    ['HTTP/1.1 404 a  b', 404, 'a  b'],
    ['HTTP/1.0 500 X', 500, 'X'],
  ] as const) {
    const origin = await backend(t, connection =>
      connection.always(Buffer.from(`${line}\r\nContent-Length: 0\r\n\r\n`, 'latin1')),
    );
    const gateway = await startGateway(t, { backends: [origin.url] });
    const client = await connect(t, gateway.address);
    client.send(get());
    const answer = await client.response();
    assert.equal(answer.status, status);
    if (reason !== '') assert.equal(answer.reason, reason);
  }
});
