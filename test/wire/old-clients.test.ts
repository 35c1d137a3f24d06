import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, fixedBackend, ok, okBackend } from '../support/backend.ts';
import { connect } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const old = (...lines: string[]) => ['GET / HTTP/1.0', ...lines, '', ''].join('\r\n');

test('a client of HTTP/1.0 gets no chunks: the connection ends the answer (21)', async t => {
  const origin = await fixedBackend(
    t,
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  );
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(old());
  const answer = await client.response();
  assert.equal(answer.framing, 'close');
  assert.equal(answer.text, 'hello');
  assert.equal(client.ending, 'end');
});

test('that holds even if it asks for keep-alive (21)', async t => {
  const origin = await fixedBackend(
    t,
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  );
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(old('Connection: keep-alive'));
  const answer = await client.response();
  assert.equal(answer.framing, 'close');
  assert.ok(!/keep-alive/i.test(answer.field('connection') ?? ''));
});

test('a client of HTTP/1.0 that asks for keep-alive is told that it has it (21)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  for (let i = 0; i < 2; i++) {
    client.send(old('Connection: keep-alive'));
    const answer = await client.response();
    assert.equal(answer.text, 'ok');
    assert.match(answer.field('connection')!, /keep-alive/i);
  }
});

test('a client of HTTP/1.0 that does not ask for keep-alive is closed after the answer (21)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(old());
  assert.equal((await client.response()).text, 'ok');
  assert.equal(await client.rest(), '');
});

test('a client of HTTP/1.0 gets no interim answers (21)', async t => {
  const origin = await fixedBackend(t, `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok()}`);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(old());
  assert.equal((await client.response()).status, 200);
});

test('Expect of a client of HTTP/1.0 is ignored (21, 24)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');
  await origin.connection(0);
  client.send('abc');
  assert.equal((await client.response()).status, 200, 'no 100 came before');
});

test('a request of HTTP/1.0 without Host reaches the backend with exactly one Host field (11)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(old());
  assert.equal((await client.response()).status, 200);
  const request = origin.requests[0]!;
  const lines = request.fields.filter(([name]) => name.toLowerCase() === 'host');
  assert.equal(lines.length, 1);
});

test('a backend of HTTP/1.0 is read until it closes, and its connection is not used again (21)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.0 200 OK\r\n\r\nhello').halfClose();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  for (let i = 0; i < 2; i++) {
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.equal((await client.response()).text, 'hello');
  }
  assert.equal(origin.connections.length, 2);
});
