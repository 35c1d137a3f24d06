import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HIGH_WATER } from '../../src/transport/gathering-writer.ts';
import { type BackendConnection, backend, ok } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { unsentTo } from '../support/gateway-socket.ts';

const PIECE = 60_000;

function piece(): string {
  return `${PIECE.toString(16)}\r\n${'x'.repeat(PIECE)}\r\n`;
}

/** Sends pieces until the gateway holds so much for its client that one more makes it stop reading. */
async function fillUp(connection: BackendConnection, unsent: () => number): Promise<number> {
  let pieces = 0;
  while (unsent() + PIECE < HIGH_WATER) {
    pieces++;
    await connection.sendAll(piece());
    for (let turn = 0; turn < 5; turn++) await new Promise(resolve => setImmediate(resolve));
  }
  return pieces;
}

test('a connection whose answer ended just as a slow client made it pause carries the next request', async t => {
  let pieces = 0;
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    pieces = await fillUp(connection, () => unsentTo(slow));
    connection.send(`${piece()}0\r\n\r\n`);
    await connection.always(ok('next'));
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const slow = await connect(t, gateway.address);
  slow.pause();
  slow.send(get());
  await eventually('the backend is released', () => pieces > 0 && gateway.load().inFlight === 0);
  const answer = exchange(t, gateway.address, get('/next'));
  assert.equal((await answer).text, 'next');
  assert.equal(origin.connections.length, 1);
  slow.resume();
  assert.equal((await slow.response()).body.length, PIECE * (pieces + 1));
});
