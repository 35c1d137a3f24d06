import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type BackendConnection, backend, ok } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import type { Peer } from '../support/peer.ts';

const MiB = 1_048_576;
const GiB = 1_024 * MiB;
const BLOCK = Buffer.alloc(MiB, 'x');

/** Sends so many bytes as fast as they are taken; resolves when all are, or the connection is gone. */
async function pour(peer: Peer, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes && !peer.ending; sent += BLOCK.length) await peer.sendAll(BLOCK);
}

/** Resolves when a counter has not moved for half a second: what can flow has flowed. */
async function atRest(counter: () => number): Promise<number> {
  for (let last = -1; ; ) {
    const now = counter();
    if (now === last) return now;
    last = now;
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}

/** A backend that takes uploads and gives downloads of the size in the target; `/hold` is not read beyond its head. */
function reservoir(t: TestContext) {
  return backend(t, async connection => {
    for (;;) {
      const head = await connection.head();
      const [, target] = head.startLine.split(' ');
      if (target === '/hold') return hold(connection);
      await serve(connection, Number(target!.slice(1)), lengthOf(head.fields));
    }
  });
}

async function hold(connection: BackendConnection): Promise<void> {
  connection.pause();
  await connection.closed();
}

async function serve(connection: BackendConnection, size: number, upload: number): Promise<void> {
  for (let left = upload; left > 0; ) left -= (await connection.take(Math.min(left, 65_536))).length;
  if (size === 0) connection.send(ok());
  else {
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    await pour(connection, size);
  }
}

function lengthOf(fields: readonly (readonly [string, string])[]): number {
  return Number(fields.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? 0);
}

/** Lets a gateway grow to its normal size. */
async function warmUp(t: TestContext, gateway: GatewayProcess): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const client = await connect(t, gateway.address);
    client.send(get(`/${32 * MiB}`));
    await client.head();
    for (let read = 0; read < 32 * MiB; ) read += (await client.take(MiB)).length;
    client.send(`POST /0 HTTP/1.1\r\nHost: a\r\nContent-Length: ${32 * MiB}\r\n\r\n`);
    await pour(client, 32 * MiB);
    assert.equal((await client.response()).status, 200);
    client.close();
  }
}

async function grownBy(gateway: GatewayProcess, before: number): Promise<number> {
  return ((await gateway.rss()) - before) / MiB;
}

test('an answer of 1 GiB to a client that does not read takes less than 4 MiB (7, 80)', async t => {
  const origin = await reservoir(t);
  const gateway = await startGatewayProcess(t, { backends: [origin.url] });
  await warmUp(t, gateway);
  const before = await gateway.rss();
  const client = await connect(t, gateway.address);
  client.pause();
  client.send(get(`/${GiB}`));
  const connection = origin.connections.at(-1)!;
  const flowed = await atRest(() => connection.socket.bytesWritten);
  const grown = await grownBy(gateway, before);
  assert.ok(flowed < GiB / 4, `${flowed} bytes were taken from the backend`);
  assert.ok(grown < 4, `grew by ${grown} MiB`);
});

test('an upload of 1 GiB to a backend that does not read takes less than 4 MiB (7, 80)', async t => {
  const origin = await reservoir(t);
  const gateway = await startGatewayProcess(t, { backends: [origin.url] });
  await warmUp(t, gateway);
  const before = await gateway.rss();
  const client = await connect(t, gateway.address);
  client.send(`POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: ${GiB}\r\n\r\n`);
  const pouring = pour(client, GiB);
  const flowed = await atRest(() => client.socket.bytesWritten);
  const grown = await grownBy(gateway, before);
  assert.ok(flowed < GiB / 4, `${flowed} bytes were taken from the client`);
  assert.ok(grown < 4, `grew by ${grown} MiB`);
  client.close();
  await pouring;
});

test('an upload that waits in the queue is not read beyond what may be replayed (79, 80)', async t => {
  const origin = await reservoir(t);
  const gateway = await startGatewayProcess(t, { backends: [origin.url], maxConns: 1 });
  await warmUp(t, gateway);
  const first = await connect(t, gateway.address);
  first.send('POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n');
  await origin.connection(0);
  const before = await gateway.rss();
  const client = await connect(t, gateway.address);
  client.send(`POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: ${GiB}\r\n\r\n`);
  const pouring = pour(client, GiB);
  await atRest(() => client.socket.bytesWritten);
  const grown = await grownBy(gateway, before);
  assert.ok(grown < 4, `grew by ${grown} MiB`);
  client.close();
  await pouring;
});

test('an endless line of requests behind one that is not answered is not read ahead (79)', async t => {
  const origin = await reservoir(t);
  const gateway = await startGatewayProcess(t, { backends: [origin.url] });
  await warmUp(t, gateway);
  const before = await gateway.rss();
  const client = await connect(t, gateway.address);
  client.send('POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx');
  const many = Buffer.from(get('/0').repeat(20_000));
  const pouring = (async () => {
    while (!client.ending) await client.sendAll(many);
  })();
  await atRest(() => client.socket.bytesWritten);
  const grown = await grownBy(gateway, before);
  assert.ok(grown < 4, `grew by ${grown} MiB`);
  client.close();
  await pouring;
});
