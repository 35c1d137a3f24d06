import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, ok, okBackend } from '../support/backend.ts';
import { connect, exchange, get, post, postChunked } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import { closedPort } from '../support/unreachable.ts';

test('an exchange that went well is told with its times, sizes and endpoint (86)', async t => {
  const origin = await okBackend(t, 'hello');
  const gateway = await startGateway(t, { backends: [`${origin.url},name=one`] });
  await exchange(t, gateway.address, postChunked('/a?b', ['abc', 'defg'], 'User-Agent: test', 'Referer: /r'));
  const [record] = await gateway.ended(1);
  assert.equal(record!.method, 'POST');
  assert.equal(record!.target, '/a?b');
  assert.equal(record!.host, 'example.com');
  assert.equal(record!.version, '1.1');
  assert.equal(record!.client, '127.0.0.1');
  assert.equal(record!.status, 200);
  assert.equal(record!.bytesIn, 7);
  assert.equal(record!.bytesOut, 5);
  assert.deepEqual(record!.attempts, [{ endpoint: 'one', reason: '' }]);
  assert.equal(record!.reason, '');
  assert.equal(record!.userAgent, 'test');
  assert.equal(record!.referer, '/r');
  const { startedAt, grantedAt, connectedAt, firstByteAt, endedAt } = record!;
  assert.ok(0 < startedAt && startedAt <= grantedAt && grantedAt <= connectedAt);
  assert.ok(connectedAt <= firstByteAt && firstByteAt <= endedAt);
});

test('every attempt is told with the reason why it was not the last (86)', async t => {
  const origin = await okBackend(t);
  const dead = await closedPort();
  const gateway = await startGateway(t, {
    backends: [`${dead},name=dead`, `${origin.url},name=alive`],
    balance: 'first',
  });
  await exchange(t, gateway.address, get());
  assert.deepEqual((await gateway.ended(1))[0]!.attempts, [
    { endpoint: 'dead', reason: 'connection_refused' },
    { endpoint: 'alive', reason: '' },
  ]);
});

test('requests that were refused are told too (86)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  await exchange(t, gateway.address, 'GET / HTTP/1.1\r\n\r\n');
  const [record] = await gateway.ended(1);
  assert.equal(record!.status, 400);
  assert.equal(record!.reason, 'http_request_error');
  assert.notEqual(record!.detail, '');
  assert.deepEqual(record!.attempts, []);
});

test('a connection that closes without a request leaves no line', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.halfClose();
  await client.closed();
  await exchange(t, gateway.address, get('/only'));
  const records = await gateway.ended(1);
  assert.deepEqual(
    records.map(record => record.target),
    ['/only'],
  );
});

test('an interim answer is not taken for the answer (25, 86)', async t => {
  const origin = await backend(t, connection => connection.always(`HTTP/1.1 103 A\r\n\r\n${ok('hello')}`));
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(post('/', ''));
  await client.responses(2);
  const [record] = await gateway.ended(1);
  assert.equal(record!.status, 200);
  assert.equal(record!.bytesOut, 5);
});

test('each request on one connection has a line of its own (86)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(post('/1', 'abc') + get('/2'));
  await client.responses(2);
  const records = await gateway.ended(2);
  assert.deepEqual(
    records.map(record => `${record.target} ${record.bytesIn}`),
    ['/1 3', '/2 0'],
  );
});
