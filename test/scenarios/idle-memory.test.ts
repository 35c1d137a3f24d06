import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { backend, ok } from '../support/backend.ts';
import { connect } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';

const IDLE = 60;
const UPLOAD = 500_000;
const END = '!'.charCodeAt(0);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of all buffers that somebody still refers to. */
function buffers(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

test('a connection that has moved bulk and waits for its next request holds no buffer', async t => {
  const origin = await backend(t, async connection => {
    connection.socket.removeAllListeners('data');
    connection.socket.on('data', chunk => {
      if ((chunk as Buffer).at(-1) === END) connection.send(ok());
    });
  });
  const gateway = await startGateway(t, { backends: [origin.url], keepalive: { connections: 1 } });
  const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${UPLOAD}\r\n\r\n`;
  const upload = `${head}${'x'.repeat(UPLOAD - 1)}!`;
  const before = buffers();
  for (let i = 0; i < IDLE; i++) {
    const client = await connect(t, gateway.address);
    client.send(upload);
    assert.equal((await client.response()).status, 200);
  }
  assert.equal(gateway.clients, IDLE);
  await eventually('they hold less than a fourth of a buffer each', () => buffers() - before < IDLE * 16_384);
});
