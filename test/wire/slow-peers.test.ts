import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const LARGE = 64 * 1_048_576;

test('a client that stops reading its answer is cut after its time, and the slot is free (79)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${LARGE}\r\n\r\n`);
    await connection.sendAll(Buffer.alloc(LARGE));
  });
  const gateway = await startGateway(t, { backends: [origin.url], client: { ioTimeout: 100 } });
  const client = await connect(t, gateway.address);
  client.pause();
  client.send(get());
  const [record] = await gateway.ended(1);
  assert.equal(record!.status, 200);
  assert.notEqual(record!.reason, '');
  await (await origin.connection(0)).closed();
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('a client that reads slowly but steadily is not cut (79)', async t => {
  const size = 8 * 1_048_576;
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    await connection.sendAll(Buffer.alloc(size, 'x'));
  });
  const gateway = await startGateway(t, { backends: [origin.url], client: { ioTimeout: 1000 } });
  const client = await connect(t, gateway.address);
  client.send(get());
  await client.head();
  for (let read = 0; read < size; read += 65_536) {
    client.pause();
    await new Promise(resolve => setTimeout(resolve, 10));
    client.resume();
    await client.take(65_536);
  }
  assert.equal((await gateway.ended(1))[0]!.reason, '');
});

test('a backend that stops reading the request is given up after the idle time-out (83)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
    connection.pause();
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url], timeouts: { idle: 100 } });
  const client = await connect(t, gateway.address);
  client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${LARGE}\r\n\r\n`);
  client.send(Buffer.alloc(LARGE));
  const answer = await client.response();
  assert.equal(answer.status, 504);
  assert.match(answer.field('proxy-status')!, /error=connection_write_timeout/);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('a slow upload is not the fault of the backend: its answer is waited for from the end of the body (83)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  const gateway = await startGateway(t, { backends: [origin.url], timeouts: { response: 400 } });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n');
  for (const part of ['ab', 'cd', 'ef']) {
    await new Promise(resolve => setTimeout(resolve, 200));
    client.send(part);
  }
  assert.equal((await client.response()).status, 200);
});
