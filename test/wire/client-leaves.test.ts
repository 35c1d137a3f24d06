import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, ok, okBackend, silentBackend } from '../support/backend.ts';
import { connect, get, post } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';

for (const how of ['close', 'reset'] as const) {
  test(`a client that leaves by ${how} before the answer: the backend connection is closed, the log says 499 (30, 86)`, async t => {
    const origin = await backend(t, async connection => {
      await connection.request();
      await connection.closed();
    });
    const gateway = await startGateway(t, { backends: [origin.url], client: { abort: 'always' } });
    const client = await connect(t, gateway.address);
    client.send(get('/gone'));
    const connection = await origin.connection(0);
    await eventually('the backend has the request', () => connection.bytesRead > 0);
    client[how]();
    await connection.closed();
    const [record] = await gateway.ended(1);
    assert.equal(record!.status, 499);
    assert.equal(record!.reason, 'client_gone');
    assert.equal(record!.target, '/gone');
    assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
  });
}

test('a client that resets is gone whatever may be done about half-closed ones (30)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url], client: { abort: 'never' } });
  const client = await connect(t, gateway.address);
  client.send(get());
  const connection = await origin.connection(0);
  await eventually('the backend has the request', () => connection.bytesRead > 0);
  client.reset();
  await connection.closed();
  assert.equal((await gateway.ended(1))[0]!.reason, 'client_gone');
});

test('a client that leaves inside its body takes the backend connection with it (30)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345');
  const connection = await origin.connection(0);
  await connection.until('12345');
  client.halfClose();
  await connection.closed();
  const [record] = await gateway.ended(1);
  assert.ok(['client_gone', 'http_request_error'].includes(record!.reason), record!.reason);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('a client that leaves inside the answer: reading it stops, the log keeps status and reason (30, 86)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nstart');
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  await client.until('start');
  client.reset();
  await (await origin.connection(0)).closed();
  const [record] = await gateway.ended(1);
  assert.equal(record!.status, 200);
  assert.equal(record!.reason, 'client_gone');
});

test('a client that leaves while it waits is taken out of the queue and never reaches a backend (30)', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1 });
  const first = await connect(t, gateway.address);
  first.send(get('/first'));
  await eventually('the backend has read 1 requests', () => origin.requests.length === 1);
  const second = await connect(t, gateway.address);
  second.send(get('/second'));
  await eventually('1 exchange waits', () => gateway.load().queued === 1);
  second.reset();
  const [record] = await gateway.ended(1);
  assert.equal(record!.target, '/second');
  assert.equal(record!.status, 499);
  assert.deepEqual(gateway.load(), { inFlight: 1, queued: 0 });
});

test('a client that has closed its sending side gets its answer (29)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(post('/', 'abc')).halfClose();
  const connection = await origin.connection(0);
  await eventually('the backend has read 1 requests', () => origin.requests.length === 1);
  connection.send(ok('for you'));
  assert.equal((await client.response()).text, 'for you');
  assert.equal(await client.rest(), '');
});

test('a half-closed client loses its place in the queue, unless told otherwise (29)', async t => {
  for (const [abort, gone] of [
    ['queued', true],
    ['never', false],
  ] as const) {
    const origin = await silentBackend(t);
    const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1, client: { abort } });
    const first = await connect(t, gateway.address);
    first.send(get('/first'));
    await eventually('the backend has read 1 requests', () => origin.requests.length === 1);
    const second = await connect(t, gateway.address);
    second.send(get('/second')).halfClose();
    if (gone) {
      assert.equal((await gateway.ended(1))[0]!.status, 499);
      continue;
    }
    await eventually('1 exchange waits', () => gateway.load().queued === 1);
    (await origin.connection(0)).send(ok());
    await eventually('the backend has read 2 requests', () => origin.requests.length === 2);
    assert.equal(origin.requests[1]!.target, '/second');
  }
});

test('a client that has sent several requests and closed its sending side gets all answers (29)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/1') + post('/2', 'abc') + get('/3')).halfClose();
  for (const answer of await client.responses(3)) assert.equal(answer.status, 200);
  assert.equal(await client.rest(), '');
});
