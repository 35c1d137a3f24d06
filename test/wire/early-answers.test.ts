import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterwards } from '../support/afterwards.ts';
import { backend, ok, okBackend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n';

test('an answer that comes before the request is complete reaches the client at once (26)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
    connection.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(HEAD);
  const answer = await client.response();
  assert.equal(answer.status, 403);
  assert.equal(answer.text, 'no');
});

test('an early answer whose backend closes is relayed while the client still sends (26)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
    connection.send('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno');
    connection.close();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(HEAD + 'x'.repeat(500_000));
  const answer = await client.response();
  assert.equal(answer.status, 403);
  assert.equal(answer.text, 'no');
});

test('after an early answer the backend connection carries no other request (27)', async t => {
  const origin = await backend(t, async connection => {
    const { startLine } = await connection.head();
    connection.send(
      startLine.startsWith('POST') ? 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n' : ok('next'),
    );
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(HEAD);
  assert.equal((await client.response()).status, 403);
  const other = await connect(t, gateway.address);
  other.send(get());
  assert.equal((await other.response()).text, 'next');
  assert.equal(origin.connections.length, 2);
});

test('the rest of a refused body is never read as a request (26)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
    connection.send('HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n');
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n');
  assert.equal((await client.response()).status, 403);
  client.send(get('/smuggled'));
  client.halfClose();
  await client.closed();
  assert.equal(client.pending.length, 0);
  assert.equal((await gateway.ended(1)).length, 1);
});

test('a client that is still sending can read the whole 413 before the connection closes (28)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], limits: { bodyBytes: 1000 } });
  const client = await connect(t, gateway.address);
  client.pause();
  client.send(HEAD);
  // More than the buffers of both sides hold: it is taken only if the gateway goes on reading after its answer.
  const sent = client.sendAll('x'.repeat(1_000_000));
  await gateway.ended(1);
  await sent;
  client.resume();
  assert.equal((await client.response()).status, 413);
  client.halfClose();
  assert.equal(await client.closed(), 'end');
});

test('a client that goes on sending for ever after its 413 is closed at last (28)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], limits: { bodyBytes: 1000 } });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  client.send(chunk);
  assert.equal((await client.response()).status, 413);
  const drip = setInterval(() => client.send(chunk), 1);
  afterwards(t, () => clearInterval(drip));
  await client.closed();
});
