import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { backend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { gatewaySocket, gatewaySocketTo } from '../support/gateway-socket.ts';

const GRANT = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
const ASK = get('/', 'Connection: Upgrade', 'Upgrade: x');

test('what a client says after the backend has closed its side still reaches the backend (31)', async t => {
  const heard: string[] = [];
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(`${GRANT}bye`).halfClose();
    heard.push(await connection.rest());
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(ASK);
  await client.head();
  assert.equal(await client.rest(), 'bye');
  assert.deepEqual(gateway.load(), { inFlight: 1, queued: 0 });
  client.send('last words').halfClose();
  await gateway.ended(1);
  await eventually('the backend has heard all', () => heard.length === 1);
  assert.deepEqual(heard, ['last words']);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('a client that was told of the end but does not take it may still close its own side', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(GRANT);
    await connection.until('go');
    connection.send('x'.repeat(20_000_000)).halfClose();
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(ASK);
  await client.head();
  client.pause();
  client.send('go').halfClose();
  await eventually(
    'the gateway has heard the client close',
    () => gatewaySocket(client)?.readableEnded === true,
  );
  client.resume();
  assert.equal((await client.rest()).length, 20_000_000);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('a tunnel that both sides have closed is not kept for a backend that takes no more', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.pause();
    connection.send(GRANT).halfClose();
    await new Promise(() => {});
  });
  const gateway = await startGateway(t, { backends: [origin.url], timeouts: { idle: 200 } });
  const client = await connect(t, gateway.address);
  client.send(ASK);
  await client.head();
  const socket = await held(origin.port);
  while (socket.writableLength === 0) await client.sendAll('x'.repeat(30_000));
  client.halfClose();
  await gateway.ended(1);
  await eventually('the socket is closed', () => socket.destroyed);
});

/** The gateway's socket to a backend on that port. */
async function held(port: number): Promise<Socket> {
  let found: Socket | undefined;
  await eventually('the gateway is connected', () => {
    found = gatewaySocketTo(port);
    return found !== undefined;
  });
  return found!;
}
