import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Backend, type BackendConnection, backend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { endRequest, page, readFcgiRequest, stdout } from '../support/fastcgi.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { Peer } from '../support/peer.ts';
import { socketPath } from '../support/socket-path.ts';

/** More than a unix socket and its writer hold, and less than that and what is read ahead together. */
const SIZE = 480_000;

/** The first fifty of them are turns of the event loop. */
const LOOKS = 70;

const SPOOLED = 8 * 1_048_576;

/** Bytes of which no two places look alike. */
function long(bytes: number): Buffer {
  const body = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i++) body[i] = 97 + ((i + (i >> 8) + (i >> 16)) % 26);
  return body;
}

/** A backend that answers each request with so many bytes, and keeps its connections. */
function source(t: TestContext, bytes: number, ...lines: string[]): Promise<Backend> {
  const head = ['HTTP/1.1 200 OK', `Content-Length: ${bytes}`, ...lines, '', ''].join('\r\n');
  return backend(t, connection => connection.always(Buffer.concat([Buffer.from(head), long(bytes)])));
}

/** A gateway on a unix socket: that one holds little, and always the same. */
function unixGateway(t: TestContext, setting: Setting): Promise<RunningGateway> {
  const path = socketPath(t);
  return startGateway(t, { listen: [{ kind: 'unix', path, text: `unix:${path}` }], maxConns: 1, ...setting });
}

/** Bytes in spool files. */
function spooled({ gateway }: RunningGateway): number {
  return (gateway.status() as { spool: { used: number } }).spool.used;
}

/** A client that has asked and does not read. */
async function idler(t: TestContext, gateway: RunningGateway): Promise<Peer> {
  const client = await connect(t, gateway.address);
  client.pause();
  client.send(get());
  return client;
}

/** Resolves when nothing more flows out of a backend: so many looks in a row have found the same. */
async function atRest(connection: BackendConnection): Promise<void> {
  let last = -1;
  let same = 0;
  await eventually('nothing flows any more', () => {
    const { writableLength, bytesWritten } = connection.socket;
    const left = bytesWritten - writableLength;
    same = left === last ? same + 1 : 0;
    last = left;
    return same === LOOKS;
  });
}

test('an application may end the request later than its answer: it is free then, whatever the client has read (80)', async t => {
  const path = socketPath(t);
  const head = Buffer.from(page('', `Content-Length: ${SIZE}`));
  const origin = await backend(
    t,
    async connection => {
      const { id } = await readFcgiRequest(connection);
      connection.send(stdout(Buffer.concat([head, long(SIZE)]), id));
      await atRest(connection);
      connection.send(endRequest(id));
    },
    path,
  );
  const gateway = await unixGateway(t, { backends: [`fcgi+unix://${path}`] });
  const client = await idler(t, gateway);
  await eventually('the answer has begun', () => origin.open === 1 && gateway.load().inFlight === 1);
  await eventually('it is free', () => gateway.load().inFlight === 0);
  client.resume();
  assert.deepEqual((await client.response()).body, long(SIZE));
});

test('a backend is free while its client has not read the answer, and serves the next one (80)', async t => {
  const origin = await source(t, SIZE);
  const gateway = await unixGateway(t, { backends: [origin.url] });
  const first = await idler(t, gateway);
  const second = await idler(t, gateway);
  await eventually('both are answered', () => origin.requests.length === 2 && gateway.load().inFlight === 0);
  assert.equal(origin.connections.length, 1, 'over the same connection');
  for (const client of [first, second]) {
    client.resume();
    assert.deepEqual((await client.response()).body, long(SIZE));
  }
  const records = await gateway.ended(2);
  assert.deepEqual(
    records.map(({ status, reason, bytesOut }) => [status, reason, bytesOut]),
    [
      [200, '', SIZE],
      [200, '', SIZE],
    ],
  );
});

test('the client connection goes on with the next request when the answer is out (80)', async t => {
  const origin = await source(t, SIZE);
  const gateway = await unixGateway(t, { backends: [origin.url] });
  const client = await idler(t, gateway);
  client.send(get());
  await eventually(
    'the backend is free',
    () => origin.requests.length === 1 && gateway.load().inFlight === 0,
  );
  client.resume();
  assert.deepEqual((await client.response()).body, long(SIZE));
  assert.deepEqual((await client.response()).body, long(SIZE));
});

for (const [what, setting, line] of [
  ['with the buffer off', { responseBuffer: { mode: 'off' } }, 'X-Nothing: x'],
  ['without a limit of connections', { maxConns: Number.POSITIVE_INFINITY }, 'X-Nothing: x'],
  ['of a stream of events', {}, 'Content-Type: text/event-stream; charset=utf-8'],
  ['that asks for it by X-Accel-Buffering', {}, 'X-Accel-Buffering: no'],
] as const) {
  test(`an answer ${what} is not read ahead (80, 82)`, async t => {
    const origin = await source(t, SIZE, line);
    const gateway = await unixGateway(t, { backends: [origin.url], ...setting });
    const client = await idler(t, gateway);
    await atRest(await origin.connection(0));
    assert.equal(gateway.load().inFlight, 1);
    client.resume();
    assert.deepEqual((await client.response()).body, long(SIZE));
  });
}

test('an answer longer than what is read ahead holds its backend, and arrives whole (80)', async t => {
  const origin = await source(t, SPOOLED);
  const gateway = await unixGateway(t, { backends: [origin.url] });
  const client = await idler(t, gateway);
  await atRest(await origin.connection(0));
  assert.equal(gateway.load().inFlight, 1);
  client.resume();
  assert.deepEqual((await client.response()).body, long(SPOOLED));
});

test('where more is allowed than goes into memory, the rest of an answer waits on disk (80, 81)', async t => {
  const origin = await source(t, SPOOLED);
  const responseBuffer = { mode: 'on' as const, size: 2 * SPOOLED };
  const gateway = await unixGateway(t, { backends: [origin.url], responseBuffer });
  const client = await idler(t, gateway);
  await eventually(
    'the backend is free',
    () => origin.requests.length === 1 && gateway.load().inFlight === 0,
  );
  assert.ok(spooled(gateway) > SPOOLED / 2);
  client.resume();
  assert.deepEqual((await client.response()).body, long(SPOOLED));
  await eventually('the file is closed', () => spooled(gateway) === 0);
});

test('an answer that finds no room on disk holds its backend, and arrives whole (80, 81)', async t => {
  const origin = await source(t, SPOOLED);
  const responseBuffer = { mode: 'on' as const, size: 2 * SPOOLED };
  const gateway = await unixGateway(t, { backends: [origin.url], responseBuffer, spool: { max: 100_000 } });
  const client = await idler(t, gateway);
  await atRest(await origin.connection(0));
  assert.equal(gateway.load().inFlight, 1);
  client.resume();
  assert.deepEqual((await client.response()).body, long(SPOOLED));
});

test('an answer whose disk fails is cut, so that nobody takes it for whole (18, 81)', async t => {
  const origin = await source(t, SPOOLED);
  const responseBuffer = { mode: 'on' as const, size: 2 * SPOOLED };
  const spool = { directory: '/proc/self/no-such-directory' };
  const gateway = await unixGateway(t, { backends: [origin.url], responseBuffer, spool });
  const client = await idler(t, gateway);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'spool_full');
  assert.match(record!.detail, /no-such-directory: ENOENT/);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
  client.resume();
  assert.ok((await client.rest()).length < SPOOLED);
});

test('a client that leaves an answer that was read ahead is logged with what it got (30, 86)', async t => {
  const origin = await source(t, SIZE);
  const gateway = await unixGateway(t, { backends: [origin.url] });
  const client = await idler(t, gateway);
  await eventually(
    'the backend is free',
    () => origin.requests.length === 1 && gateway.load().inFlight === 0,
  );
  client.close();
  const [record] = await gateway.ended(1);
  assert.deepEqual([record!.status, record!.reason], [200, 'client_gone']);
  assert.ok(record!.bytesOut < SIZE, `${record!.bytesOut} bytes`);
});

test('a client that leaves while its answer is still read ahead leaves no file (30, 81)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${2 * SPOOLED}\r\n\r\n`);
    await connection.sendAll(long(SPOOLED));
  });
  const responseBuffer = { mode: 'on' as const, size: 2 * SPOOLED };
  const gateway = await unixGateway(t, { backends: [origin.url], responseBuffer });
  const client = await idler(t, gateway);
  await eventually('much of it is on disk', () => spooled(gateway) > SPOOLED / 2);
  assert.equal(gateway.load().inFlight, 1);
  client.close();
  assert.equal((await gateway.ended(1))[0]!.reason, 'client_gone');
  await eventually('the file is closed', () => spooled(gateway) === 0);
});

test('a client that stops reading an answer that was read ahead is cut after its time (79)', async t => {
  const origin = await source(t, SIZE);
  const gateway = await unixGateway(t, { backends: [origin.url], client: { ioTimeout: 100 } });
  const client = await idler(t, gateway);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'client_gone');
  client.resume();
  assert.ok((await client.rest()).length < SIZE);
});

test('the total time-out holds for an answer that was read ahead (83)', async t => {
  const origin = await source(t, SIZE);
  const gateway = await unixGateway(t, { backends: [origin.url], timeouts: { total: 200 } });
  const client = await idler(t, gateway);
  assert.equal((await gateway.ended(1))[0]!.reason, 'total_timeout');
  client.resume();
  assert.ok((await client.rest()).length < SIZE);
});

test('an answer that breaks off while its client is behind is cut (18)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${2 * SIZE}\r\n\r\n`);
    await connection.sendAll(long(SIZE));
    connection.close();
  });
  const gateway = await unixGateway(t, { backends: [origin.url] });
  const client = await idler(t, gateway);
  assert.equal((await gateway.ended(1))[0]!.reason, 'http_response_incomplete');
  client.resume();
  assert.ok((await client.rest()).length < 2 * SIZE);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('chunks and trailers survive reading ahead (22, 80)', async t => {
  const chunk = `${(40_000).toString(16)}\r\n${long(40_000)}\r\n`;
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n';
  const answer = `${head}${chunk.repeat(12)}0\r\nX-Sum: 6\r\n\r\n`;
  const origin = await backend(t, connection => connection.always(answer));
  const gateway = await unixGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.pause();
  client.send(get('/', 'TE: trailers', 'Connection: TE'));
  await eventually(
    'the backend is free',
    () => origin.requests.length === 1 && gateway.load().inFlight === 0,
  );
  client.resume();
  const { body, trailers } = await client.response();
  assert.deepEqual(body, Buffer.concat(Array.from({ length: 12 }, () => long(40_000))));
  assert.deepEqual(trailers, [['X-Sum', '6']]);
});

test('what a client can take is not held back by reading ahead (82)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${SIZE + 6}\r\n\r\n`);
    await connection.sendAll(long(SIZE));
    for (;;) connection.send(await connection.until('\n'));
  });
  const gateway = await unixGateway(t, { backends: [origin.url] });
  const client = await idler(t, gateway);
  await atRest(await origin.connection(0));
  client.resume();
  await client.head();
  await client.take(SIZE);
  const connection = await origin.connection(0);
  for (const event of ['ab\n', 'cd\n']) {
    connection.send(event);
    assert.equal(await client.until('\n'), event);
  }
});
