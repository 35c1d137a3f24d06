import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { afterwards } from '../support/afterwards.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';

/** A server that greets each client at once and sends back what it says. */
async function chat(t: TestContext) {
  const http = createServer((_request, response) => response.end('plain'));
  const server = new WebSocketServer({ server: http });
  server.on('connection', socket => {
    socket.send('welcome');
    socket.on('message', (message, binary) => socket.send(message, { binary }));
    socket.on('error', () => {});
  });
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  afterwards(t, () => {
    for (const client of server.clients) client.terminate();
    http.closeAllConnections();
    return new Promise(resolve => http.close(resolve));
  });
  const gateway = await startGateway(t, {
    backends: [`http://127.0.0.1:${(http.address() as AddressInfo).port}`],
  });
  return { server, gateway };
}

/** A client that has said hello and keeps what it hears. */
function open(t: TestContext, address: string) {
  const socket = new WebSocket(address.replace('http', 'ws'));
  const heard: Buffer[] = [];
  socket.on('message', message => heard.push(message as Buffer));
  socket.on('error', () => {});
  afterwards(t, () => socket.terminate());
  return { socket, heard };
}

test('a WebSocket hears what the server says together with its handshake (31)', async t => {
  const { gateway } = await chat(t);
  const { heard } = open(t, gateway.address);
  await eventually('the welcome is heard', () => heard.length === 1);
  assert.equal(heard[0]!.toString(), 'welcome');
});

test('messages of all sizes come back as they were (31)', async t => {
  const { gateway } = await chat(t);
  const { socket, heard } = open(t, gateway.address);
  await once(socket, 'open');
  const messages = [1, 125, 126, 65_535, 65_536, 1_000_000].map(size => randomBytes(size));
  for (const message of messages) socket.send(message);
  await eventually('all came back', () => heard.length === messages.length + 1);
  for (const [i, message] of messages.entries()) assert.ok(message.equals(heard[i + 1]!), `message ${i}`);
});

test('a WebSocket that is closed in order ends on both sides, and the slot is free (31, 40)', async t => {
  const { server, gateway } = await chat(t);
  const { socket } = open(t, gateway.address);
  await once(socket, 'open');
  socket.close(4000, 'bye');
  const [code] = await once(socket, 'close');
  assert.equal(code, 4000);
  await eventually('the server knows', () => server.clients.size === 0);
  const [record] = await gateway.ended(1);
  assert.equal(record!.status, 101);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('a WebSocket that vanishes ends on the other side, whichever it was (31, 40)', async t => {
  const { server, gateway } = await chat(t);
  const first = open(t, gateway.address);
  await once(first.socket, 'open');
  first.socket.terminate();
  await eventually('the server knows', () => server.clients.size === 0);
  const second = open(t, gateway.address);
  await once(second.socket, 'open');
  await eventually('the server knows the second', () => server.clients.size === 1);
  for (const client of server.clients) client.terminate();
  const [code] = await once(second.socket, 'close');
  assert.equal(code, 1006);
  await gateway.ended(2);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('an ordinary request goes to the same server beside a WebSocket', async t => {
  const { gateway } = await chat(t);
  const { socket } = open(t, gateway.address);
  await once(socket, 'open');
  assert.equal(await (await fetch(gateway.address)).text(), 'plain');
});
