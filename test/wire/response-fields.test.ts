import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backend, fixedBackend } from '../support/backend.ts';
import { exchange, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import type { Message } from '../support/message.ts';

/** What the client sees of a backend's answer. */
async function relayed(t: TestContext, answer: string, request = get()): Promise<Message> {
  const origin = await fixedBackend(t, Buffer.from(answer, 'latin1'));
  const gateway = await startGateway(t, { backends: [origin.url] });
  return exchange(t, gateway.address, request);
}

test('end-to-end fields arrive in order, case and number (12)', async t => {
  const lines = ['SERVER: x', 'Set-Cookie: a=1', 'x-two: 2', 'Set-Cookie: b=2', 'Vary: a', 'vary: b'];
  const answer = await relayed(t, ['HTTP/1.1 200 OK', ...lines, 'Content-Length: 2', '', 'ok'].join('\r\n'));
  assert.deepEqual(
    answer.lines.filter(line => lines.includes(line)),
    lines,
  );
});

test('what a hop keeps to itself is not passed on (8)', async t => {
  const answer = await relayed(
    t,
    'HTTP/1.1 200 OK\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=9\r\nProxy-Connection: x\r\n' +
      'Trailer: X-T\r\nUpgrade: h2c\r\nX-Kept: 1\r\nContent-Length: 2\r\n\r\nok',
  );
  for (const name of ['x-mine', 'keep-alive', 'proxy-connection', 'trailer', 'upgrade'])
    assert.deepEqual(answer.all(name), [], name);
  assert.deepEqual(answer.all('x-kept'), ['1']);
  assert.ok(!/close|x-mine/i.test(answer.field('connection') ?? ''), 'the client connection stays open');
});

test('bytes beyond ASCII arrive as they were sent (91)', async t => {
  const all = Array.from({ length: 128 }, (_, i) => String.fromCharCode(128 + i)).join('');
  const answer = await relayed(t, `HTTP/1.1 200 OK\r\nX-A: ${all}\r\nContent-Length: 0\r\n\r\n`);
  assert.deepEqual(answer.all('x-a'), [all]);
});

test('a chunked answer is decoded and encoded anew: its extensions go (6, 7)', async t => {
  const answer = await relayed(
    t,
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0005;a=b\r\nhello\r\nA;c="d"\r\n0123456789\r\n0\r\n\r\n',
  );
  assert.equal(answer.framing, 'chunked');
  assert.equal(answer.text, 'hello0123456789');
});

test('an answer that ends with its connection is chunked for the client (7)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 200 OK\r\n\r\nhello').halfClose();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.framing, 'chunked');
  assert.equal(answer.text, 'hello');
});

test('equal lengths that are repeated go out once (2)', async t => {
  const answer = await relayed(t, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello');
  if (answer.status === 200) assert.deepEqual(answer.all('content-length'), ['5']);
  else assert.equal(answer.status, 502);
});

test('an answer without Date gets one, an answer with Date keeps it', async t => {
  const without = await relayed(t, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  assert.ok(!Number.isNaN(Date.parse(without.field('date')!)), 'RFC 9110, 6.6.1');
  const date = 'Tue, 15 Nov 1994 08:12:31 GMT';
  const with_ = await relayed(t, `HTTP/1.1 200 OK\r\nDate: ${date}\r\nContent-Length: 0\r\n\r\n`);
  assert.deepEqual(with_.all('date'), [date]);
});
