import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HIGH_WATER } from '../../src/transport/gathering-writer.ts';
import { type BackendConnection, backend, ok } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { gatewaySocket, unsentTo } from '../support/gateway-socket.ts';

const PIECE = 30_000;

/** Sends pieces until the gateway holds some of them; resolves with their number. */
async function fillUp(connection: BackendConnection, piece: string, unsent: () => number): Promise<number> {
  let pieces = 0;
  while (unsent() === 0) {
    pieces++;
    await connection.sendAll(piece);
    for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve));
  }
  assert.ok(unsent() < HIGH_WATER);
  return pieces;
}

test('a client that leaves before it took the tail of its answer is logged as gone, and its next request is not begun', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const piece = `${PIECE.toString(16)}\r\n${'x'.repeat(PIECE)}\r\n`;
    await fillUp(connection, piece, () => unsentTo(client));
    connection.send('0\r\n\r\n');
    await connection.always(ok('next'));
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.pause();
  client.send(get('/slow') + get('/next'));
  await eventually(
    'the backend is released',
    () => origin.requests.length === 1 && gateway.load().inFlight === 0,
  );
  client.reset();
  await eventually('the connection is gone', () => gateway.clients === 0);
  assert.deepEqual(
    gateway.records.map(({ target, reason }) => [target, reason]),
    [['/slow', 'client_gone']],
  );
});

test('a tunnel whose sides have both closed still hands over what the client has not taken', async t => {
  let pieces = 0;
  const origin = await backend(t, async connection => {
    await connection.head();
    connection.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    pieces = await fillUp(connection, 'y'.repeat(PIECE), () => unsentTo(client));
    connection.halfClose();
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/', 'Connection: Upgrade', 'Upgrade: x'));
  await client.head();
  client.pause();
  await eventually('the backend has closed its side', () => gatewaySocket(client)?.writableEnded === true);
  client.halfClose();
  await eventually('the tunnel has ended', () => gateway.load().inFlight === 0);
  client.resume();
  const received = await client.rest();
  assert.equal(received.length, pieces * PIECE);
});
