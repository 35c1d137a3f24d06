import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, ok, silentBackend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import type { Peer } from '../support/peer.ts';
import { serve } from '../support/serve-process.ts';

test('after SIGTERM what is in flight finishes, nothing new is accepted, and the exit status is 0 (85)', async t => {
  const origin = await silentBackend(t);
  const gateway = await serve(t, '--backend', origin.url);
  const idle = await connect(t, gateway.address);
  const busy = await connect(t, gateway.address);
  busy.send(get());
  await eventually('the request is in flight', () => origin.requests.length === 1);
  gateway.kill('SIGTERM');
  await idle.closed();
  await assert.rejects(connect(t, gateway.address), { code: 'ECONNREFUSED' });
  (await origin.connection(0)).send(ok('finished'));
  const answer = await busy.response();
  assert.equal(answer.text, 'finished');
  assert.equal(answer.field('connection'), 'close');
  assert.equal(await busy.rest(), '');
  assert.deepEqual(await gateway.exited, { code: 0, signal: null });
});

test('a second SIGTERM ends it at once', async t => {
  const origin = await silentBackend(t);
  const gateway = await serve(t, '--backend', origin.url);
  const client = await connect(t, gateway.address);
  client.send(get());
  await eventually('the request is in flight', () => origin.requests.length === 1);
  gateway.kill('SIGTERM');
  await eventually('the first signal has been heard', () => gateway.output.includes('draining'));
  gateway.kill('SIGTERM');
  await client.closed();
  const { code, signal } = await gateway.exited;
  assert.ok(signal === null && code === 0, `ended by ${signal} with ${code}`);
});

test('what has not finished in its time is cut, and counted (85)', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], shutdownTimeout: 100 });
  const client = await connect(t, gateway.address);
  client.send(get());
  await eventually('the request is in flight', () => origin.requests.length === 1);
  assert.deepEqual(await gateway.gateway.drain(), { finished: 0, cut: 1 });
  await client.closed();
  assert.equal((await gateway.ended(1))[0]!.reason, 'shutting_down');
});

test('a drain that is stopped counts what was under way as cut (85)', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  await eventually('the request is in flight', () => origin.requests.length === 1);
  const drained = gateway.gateway.drain();
  await gateway.gateway.stop();
  assert.deepEqual(await drained, { finished: 0, cut: 1 });
});

test('requests that wait in the queue are served during a drain (85)', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1 });
  const clients = [await connect(t, gateway.address), await connect(t, gateway.address)];
  for (const client of clients) client.send(get());
  await eventually('one waits', () => gateway.load().queued === 1);
  const drained = gateway.gateway.drain();
  const connection = await origin.connection(0);
  connection.send(ok());
  await eventually('the other is in flight', () => origin.requests.length === 2);
  origin.connections.at(-1)!.send(ok());
  for (const client of clients) assert.equal((await client.response()).status, 200);
  assert.deepEqual(await drained, { finished: 2, cut: 0 });
});

test('a request whose head is still coming when the drain starts is answered (85)', async t => {
  const origin = await backend(t, connection => connection.always(ok()));
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/first'));
  await client.response();
  client.send('GET /second HTTP/1.1\r\n');
  const probe = await connect(t, gateway.address);
  probe.send(get());
  await probe.response();
  const drained = gateway.gateway.drain();
  client.send('Host: a\r\n\r\n');
  const answer = await client.response();
  assert.equal(answer.status, 200);
  assert.equal(answer.field('connection'), 'close');
  await drained;
});

test('a request on its way to an idle connection when the drain starts is answered (85)', async t => {
  const origin = await backend(t, connection => connection.always(ok()));
  const gateway = await startGateway(t, { backends: [origin.url] });
  const clients = [await connect(t, gateway.address), await connect(t, gateway.address)];
  const [used, fresh] = clients as [Peer, Peer];
  used.send(get('/first'));
  await used.response();
  await eventually('both are accepted', () => gateway.clients === 2);
  const drained = gateway.gateway.drain();
  for (const client of [used, fresh]) {
    client.send(get('/second'));
    const answer = await client.response();
    assert.equal(answer.status, 200);
    assert.equal(answer.field('connection'), 'close');
    assert.equal(await client.rest(), '');
  }
  assert.deepEqual(await drained, { finished: 0, cut: 0 });
});

test('a tunnel counts as in flight (85)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    await connection.closed();
    connection.halfClose();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/', 'Connection: Upgrade', 'Upgrade: x'));
  assert.equal((await client.response()).status, 101);
  const drained = gateway.gateway.drain();
  client.send('still here').halfClose();
  await client.closed();
  assert.deepEqual(await drained, { finished: 1, cut: 0 });
});

test('its status can be asked for after a drain', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  await gateway.gateway.drain();
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});
