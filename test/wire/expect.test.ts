import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, ok, okBackend, silentBackend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { closedPort } from '../support/unreachable.ts';

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n';

test('the gateway answers 100 itself, and the backend hears nothing of it (24)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(HEAD);
  assert.equal((await client.response()).startLine, 'HTTP/1.1 100 Continue');
  client.send('abc');
  assert.equal((await client.response()).status, 200);
  assert.deepEqual(origin.requests[0]!.all('expect'), []);
  assert.equal(origin.requests[0]!.text, 'abc');
});

test('a client gets one 100, though the backend sends one of its own (24, 25)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
    connection.send('HTTP/1.1 100 Continue\r\n\r\n');
    await connection.until('abc');
    connection.send(ok());
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(HEAD);
  assert.equal((await client.response()).status, 100);
  client.send('abc');
  assert.equal((await client.response()).status, 200);
});

test('a client that did not ask gets no 100 (25)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(`HTTP/1.1 100 Continue\r\n\r\n${ok()}`);
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  assert.equal((await client.response()).status, 200);
});

test('an unknown expectation is answered by 417 (24)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/', 'Expect: the-unexpected'));
  assert.equal((await client.response()).status, 417);
  assert.equal(origin.requests.length, 0);
});

test('100-continue is known in any case (24)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(HEAD.replace('100-continue', '100-Continue'));
  assert.equal((await client.response()).status, 100);
});

test('a client is told to go on as soon as its body is taken in, before there is a slot (24)', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1 });
  const first = await connect(t, gateway.address);
  first.send(get());
  await origin.connection(0);
  const client = await connect(t, gateway.address);
  client.send(HEAD);
  assert.equal((await client.response()).status, 100);
  client.send('abc');
  await eventually('it waits for a slot', () => gateway.load().queued === 1);
});

test('no 100 is said while a body that is not taken in waits for a slot (24)', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, {
    backends: [origin.url],
    maxConns: 1,
    requestBuffer: { mode: 'off' },
    queue: { timeout: 50 },
  });
  const first = await connect(t, gateway.address);
  first.send(get());
  await origin.connection(0);
  const client = await connect(t, gateway.address);
  client.send(HEAD);
  assert.equal((await client.response()).status, 503, 'the first answer is the final one');
});

test('no 100 is said when no backend can be reached (24)', async t => {
  const gateway = await startGateway(t, { backends: [await closedPort()] });
  const client = await connect(t, gateway.address);
  client.send(HEAD);
  assert.equal((await client.response()).status, 502);
});

test('a client that was refused before its body is not taken to send the next request in it (24)', async t => {
  const gateway = await startGateway(t, { backends: [await closedPort()] });
  const client = await connect(t, gateway.address);
  client.send(HEAD);
  const answer = await client.response();
  assert.equal(answer.status, 502);
  if (/close/.test(answer.field('connection') ?? '')) return;
  client.send('abc').send(get());
  assert.equal((await client.response()).status, 502);
});
