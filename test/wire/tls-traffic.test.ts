import assert from 'node:assert/strict';
import { connect as open } from 'node:net';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { connect as secure } from 'node:tls';
import { afterwards } from '../support/afterwards.ts';
import { backend, echoBackend, ok, okBackend } from '../support/backend.ts';
import { Authority } from '../support/certificates.ts';
import { connect, get, post } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { socketPath } from '../support/socket-path.ts';
import { connectTls, SecurePeer } from '../support/tls-client.ts';
import { tlsListener } from '../support/tls-listener.ts';

function startSecure(t: TestContext, setting: Setting): Promise<RunningGateway> {
  const certificate = new Authority(t).issue({ name: 'a.example' });
  return startGateway(t, { listen: [tlsListener([certificate])], ...setting });
}

/** A client whose socket below TLS is at hand. */
async function connectBelow(t: TestContext, address: string) {
  const below = open({ host: '127.0.0.1', port: Number(new URL(address).port), allowHalfOpen: true });
  const tls = secure({ socket: below, rejectUnauthorized: false });
  afterwards(t, () => below.destroy());
  await new Promise((resolve, reject) => tls.once('secureConnect', resolve).once('error', reject));
  return { below, client: new SecurePeer(tls) };
}

test('requests by TLS are answered one after the other on a connection, and backends are told of https', async t => {
  const origin = await backend(t, async connection => {
    for (;;) {
      const request = await connection.request();
      connection.send(ok(`${request.target} ${request.field('x-forwarded-proto')}`));
    }
  });
  const gateway = await startSecure(t, { backends: [origin.url] });
  assert.match(gateway.address, /^https:\/\/127\.0\.0\.1:\d+$/);
  const client = await connectTls(t, gateway.address);
  client.send(get('/1'));
  assert.equal((await client.response()).text, '/1 https');
  client.send(get('/2') + get('/3'));
  assert.deepEqual(
    (await client.responses(2)).map(({ text }) => text),
    ['/2 https', '/3 https'],
  );
  assert.equal(gateway.clients, 1);
});

test('bodies of megabytes pass by TLS both ways, byte for byte', async t => {
  const origin = await echoBackend(t);
  const gateway = await startSecure(t, { backends: [origin.url] });
  const client = await connectTls(t, gateway.address);
  const body = Array.from({ length: 200_000 }, (_, i) => `line ${i}\n`).join('');
  client.send(post('/', body));
  const answer = await client.response('POST');
  assert.ok(answer.text.endsWith(body));
  client.send(get('/after'));
  assert.equal((await client.response()).status, 200);
});

test('a client that reads nothing has the backend wait, by TLS as without', async t => {
  const chunk = 'x'.repeat(65_536);
  // More than the buffers of all sockets on the way have room for.
  const total = 400;
  let sent = 0;
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${chunk.length * total}\r\n\r\n`);
    for (; sent < total; sent++) await connection.sendAll(chunk);
  });
  const gateway = await startSecure(t, { backends: [origin.url], responseBuffer: { mode: 'off' } });
  const client = await connectTls(t, gateway.address);
  client.send(get());
  await client.until('\r\n\r\n');
  client.pause();
  let looks = 0;
  let before = 0;
  await eventually('nothing flows any more', () => {
    looks = sent === before ? looks + 1 : 0;
    before = sent;
    return looks > 60;
  });
  assert.ok(sent < total, 'the whole answer was taken off the backend');
  client.resume();
  await client.take(chunk.length * total);
});

test('a client that closes its side by close_notify gets its answer', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    await eventually('the client has closed its side', () => client.tls.writableFinished);
    connection.send(ok('late'));
  });
  const gateway = await startSecure(t, { backends: [origin.url] });
  const client = await connectTls(t, gateway.address);
  client.send(get()).halfClose();
  assert.equal((await client.response()).text, 'late');
  assert.equal(await client.closed(), 'end');
});

test('a client that goes without close_notify is gone, and its request with it (30)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
    await connection.closed();
  });
  const gateway = await startSecure(t, { backends: [origin.url], client: { abort: 'never' } });
  const { below, client } = await connectBelow(t, gateway.address);
  client.send(get());
  const connection = await origin.connection(0);
  await eventually('the backend has the request', () => connection.bytesRead > 0);
  below.end();
  await connection.closed();
  assert.equal((await gateway.ended(1))[0]!.reason, 'client_gone');
});

test('an answer that is cut does not end in close_notify, so that nobody takes it for whole', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    await connection.sendAll(
      'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
    );
    connection.reset();
  });
  const gateway = await startSecure(t, { backends: [origin.url] });
  const client = await connectTls(t, gateway.address);
  client.send('GET / HTTP/1.0\r\nHost: a\r\n\r\n');
  await client.until('part');
  assert.equal(await client.closed(), 'reset');
});

test('a refused request gets its answer before the connection closes', async t => {
  const gateway = await startSecure(t, { backends: [(await okBackend(t)).url] });
  const client = await connectTls(t, gateway.address);
  client.send('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n');
  assert.equal((await client.response()).status, 400);
  assert.equal(await client.closed(), 'end');
  client.close();
  await eventually('the connection is gone', () => gateway.clients === 0);
});

test('plain HTTP on a TLS port is answered in plain words', async t => {
  const gateway = await startSecure(t, { backends: [(await okBackend(t)).url] });
  const client = await connect(t, gateway.address.replace('https', 'http'));
  client.send(get());
  const answer = await client.response();
  assert.equal(answer.status, 400);
  assert.match(answer.text, /speaks TLS/);
  await client.closed();
  await eventually('the log says so', () =>
    gateway.messages.some(({ level, message }) => level === 'warn' && message.includes('plain HTTP')),
  );
  assert.equal(gateway.clients, 0);
});

test('TLS on a plain port is refused in plain words', async t => {
  const gateway = await startGateway(t, { backends: [(await okBackend(t)).url] });
  await assert.rejects(connectTls(t, gateway.address), /wrong version number|packet length too long/i);
  assert.match((await gateway.ended(1))[0]!.detail, /TLS/);
});

test('idle connections by TLS are closed in time, and all of them when the gateway drains', async t => {
  const gateway = await startSecure(t, { backends: [(await okBackend(t)).url], client: { idleTimeout: 50 } });
  const client = await connectTls(t, gateway.address);
  client.send(get());
  await client.response();
  await client.closed();
  const other = await connectTls(t, gateway.address);
  const drained = gateway.gateway.drain();
  await other.closed();
  assert.deepEqual(await drained, { finished: 0, cut: 0 });
});

test('clients that never finish their handshake, or wait for it, do not keep a drain', async t => {
  const client = { maxHandshakes: 1, handshakeTimeout: 60_000 };
  const gateway = await startSecure(t, { backends: [(await okBackend(t)).url], client });
  const peers = await Promise.all([0, 1].map(() => connect(t, gateway.address)));
  await eventually('both are there', () => gateway.clients === 2);
  const drained = gateway.gateway.drain();
  for (const peer of peers) await peer.closed();
  assert.deepEqual(await drained, { finished: 0, cut: 0 });
});

test('what is under way by TLS is finished when the gateway drains', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    await eventually('the gateway drains', () => gateway.gateway.status().draining);
    connection.send(ok('whole'));
  });
  const gateway = await startSecure(t, { backends: [origin.url] });
  const client = await connectTls(t, gateway.address);
  client.send(get());
  await eventually('the backend has it', () => gateway.load().inFlight === 1);
  const drained = gateway.gateway.drain();
  const answer = await client.response();
  assert.equal(answer.text, 'whole');
  assert.equal(answer.field('connection'), 'close');
  assert.deepEqual(await drained, { finished: 1, cut: 0 });
});

test('a tunnel by TLS carries bytes both ways until both sides have closed (31)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
    connection.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\nhello');
    connection.send(`you said ${await connection.take(4)}`);
    await connection.closed();
    connection.halfClose();
  });
  const gateway = await startSecure(t, { backends: [origin.url] });
  const client = await connectTls(t, gateway.address);
  client.send(get('/', 'Connection: Upgrade', 'Upgrade: test'));
  await client.until('hello');
  client.send('ping');
  await client.until('you said ping');
  client.halfClose();
  assert.equal(await client.closed(), 'end');
  await eventually('nothing is left', () => gateway.clients === 0);
});

test('TLS is spoken on a unix socket as well', async t => {
  const certificate = new Authority(t).issue({ name: 'a.example' });
  const { tls } = tlsListener([certificate]);
  const path = socketPath(t);
  const listen = [{ kind: 'unix', path, text: `unix:${path}`, tls } as const];
  const gateway = await startGateway(t, { backends: [(await okBackend(t)).url], listen });
  assert.equal(gateway.address, `unix:${path}`);
  const socket = secure({ path, rejectUnauthorized: false });
  afterwards(t, () => socket.destroy());
  const client = new SecurePeer(socket);
  client.send(get());
  assert.equal((await client.response()).status, 200);
  assert.equal((await gateway.ended(1))[0]!.client, 'unix');
});
