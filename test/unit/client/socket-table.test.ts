import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { connect, createServer, type ListenOptions } from 'node:net';
import { type TestContext, test } from 'node:test';
import { describeSocket, linkOf } from '../../../src/client/socket-table.ts';
import { afterwards } from '../../support/afterwards.ts';
import { socketPath } from '../../support/socket-path.ts';

function descriptorOf(owner: object): number {
  return (owner as { _handle: { fd: number } })._handle.fd;
}

/** A listening socket's descriptor and its port. */
async function listen(t: TestContext, where: ListenOptions): Promise<{ descriptor: number; port: number }> {
  const server = createServer(socket => socket.on('error', () => {}));
  afterwards(t, () => server.close());
  server.listen(where);
  await once(server, 'listening');
  const address = server.address();
  return { descriptor: descriptorOf(server), port: (address as { port: number } | null)?.port ?? 0 };
}

for (const host of ['127.0.0.1', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1']) {
  test(`a listening socket on ${host} is told by its address`, async t => {
    const { descriptor, port } = await listen(t, { host, port: 0 });
    const written =
      { '::ffff:127.0.0.1': '[::ffff:7f00:1]' }[host] ?? (host.includes(':') ? `[${host}]` : host);
    assert.deepEqual(describeSocket(descriptor), {
      kind: 'tcp',
      address: `${written}:${port}`,
      listening: true,
    });
  });
}

test('a listening unix socket is told by its path', async t => {
  const path = socketPath(t);
  const { descriptor } = await listen(t, { path });
  assert.deepEqual(describeSocket(descriptor), { kind: 'unix', address: path, listening: true });
});

test('connections and datagram sockets do not listen', async t => {
  const { port } = await listen(t, { host: '127.0.0.1', port: 0 });
  const client = connect(port, '127.0.0.1');
  afterwards(t, () => client.destroy());
  await once(client, 'connect');
  assert.equal(describeSocket(descriptorOf(client))?.listening, false);
  const datagrams = createSocket('udp4');
  afterwards(t, () => datagrams.close());
  datagrams.bind(0, '127.0.0.1');
  await once(datagrams, 'listening');
  const { fd } = (datagrams as unknown as Record<symbol, { handle: { fd: number } }>)[
    Object.getOwnPropertySymbols(datagrams).find(symbol => String(symbol).includes('state'))!
  ]!.handle;
  assert.equal(describeSocket(fd)?.listening, false);
});

test('files are no sockets, and what is not open is nothing', () => {
  const descriptor = openSync('/dev/null', 'r');
  assert.equal(describeSocket(descriptor), undefined);
  assert.equal(linkOf(descriptor), '/dev/null');
  closeSync(descriptor);
  assert.equal(describeSocket(1_000_000), undefined);
  assert.equal(linkOf(1_000_000), '');
});
