import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backend, echoBackend, ok, okBackend, silentBackend } from '../support/backend.ts';
import { connect, exchange, get, post, postChunked } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { readVariables } from '../support/scgi-app.ts';
import { closedPort } from '../support/unreachable.ts';

/** Bytes of which no two places look alike. */
function long(bytes: number): string {
  const text = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i++) text[i] = 97 + ((i + (i >> 8) + (i >> 16)) % 26);
  return text.toString('latin1');
}

/** An SCGI application that says which length it was told, and sends the body back. */
async function scgiEcho(t: TestContext): Promise<string> {
  const app = await backend(t, async connection => {
    const length = (await readVariables(connection)).get('CONTENT_LENGTH')!;
    const body = await connection.take(Number(length));
    connection.send(`Content-Type: text/plain\r\nX-Length: ${length}\r\n\r\n`);
    await connection.sendAll(body);
    connection.halfClose();
  });
  return `scgi://127.0.0.1:${app.port}`;
}

test('a body that comes slowly does not hold a slot: others are served meanwhile (80)', async t => {
  const origin = await echoBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1 });
  const slow = await connect(t, gateway.address);
  slow.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc');
  assert.equal((await exchange(t, gateway.address, post('/', 'fast'))).text, 'fast');
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
  slow.send('def');
  assert.equal((await slow.response()).text, 'abcdef');
});

test('without a limit, or with the buffer off, a body flows as it comes (80)', async t => {
  for (const setting of [{}, { maxConns: 1, requestBuffer: { mode: 'off' as const } }]) {
    const origin = await backend(t, async connection => {
      await connection.head();
      await connection.until('abc');
      connection.send('HTTP/1.1 100 Continue\r\n\r\n');
      await connection.until('def');
      connection.send(ok());
    });
    const gateway = await startGateway(t, { backends: [origin.url], ...setting });
    const client = await connect(t, gateway.address);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc');
    await eventually('the backend has the first half', () => (origin.connections[0]?.bytesRead ?? 0) > 0);
    client.send('def');
    assert.equal((await client.response()).status, 200);
  }
});

test('with the buffer on, a body is taken in though there is no limit (80)', async t => {
  const origin = await echoBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], requestBuffer: { mode: 'on' } });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc');
  await exchange(t, gateway.address, get());
  assert.equal(origin.connections.length, 1);
  client.send('def');
  assert.equal((await client.response()).text, 'abcdef');
});

test('a body longer than the buffer flows on behind what was taken in (80)', async t => {
  const origin = await echoBackend(t);
  const setting = { maxConns: 1, requestBuffer: { size: 200_000 } };
  const gateway = await startGateway(t, { backends: [origin.url], ...setting });
  const body = long(3_000_000);
  assert.equal((await exchange(t, gateway.address, post('/', body))).text, body);
  const chunks = Array.from({ length: 30 }, (_, i) => body.slice(100_000 * i, 100_000 * (i + 1)));
  assert.equal((await exchange(t, gateway.address, postChunked('/', chunks))).text, body);
});

test('trailers come behind a body that was taken in', async t => {
  const origin = await echoBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1 });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
  client.send('0\r\nX-Sum: 6\r\n\r\n');
  assert.equal((await client.response()).text, 'abc');
  assert.deepEqual(origin.requests[0]!.trailers, [['X-Sum', '6']]);
});

for (const bytes of [0, 3, 65_536, 65_537, 3_000_000]) {
  test(`an upload of ${bytes} bytes in chunks has a length by the time a CGI application hears of it (57)`, async t => {
    const gateway = await startGateway(t, { backends: [await scgiEcho(t)] });
    const body = long(bytes);
    const chunks = body.match(/.{1,50000}/g) ?? [];
    const answer = await exchange(t, gateway.address, postChunked('/', chunks));
    assert.equal(answer.field('x-length'), String(bytes));
    assert.equal(answer.text, body);
  });
}

test('an upload of known length goes to a CGI application as it comes (57)', async t => {
  const app = await backend(t, async connection => {
    await readVariables(connection);
    assert.equal((await connection.take(3)).toString(), 'abc');
    connection.send('Status: 201 Created\r\n\r\n').halfClose();
  });
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${app.port}`] });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc');
  assert.equal((await client.response()).status, 201);
});

test('a client is told to go on once, when its body begins to be taken in (24, 57)', async t => {
  const gateway = await startGateway(t, { backends: [await scgiEcho(t)], client: { ioTimeout: 2_000 } });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n');
  assert.equal((await client.response()).status, 100);
  client.send('3\r\nabc\r\n0\r\n\r\n');
  assert.equal((await client.response()).text, 'abc');
});

test('a body that stops coming while it is taken in is 408, and no slot is asked for (79)', async t => {
  const gateway = await startGateway(t, { backends: [await scgiEcho(t)], client: { ioTimeout: 50 } });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
  assert.equal((await client.response()).status, 408);
  const [record] = await gateway.ended(1);
  assert.deepEqual([record!.attempts, record!.queueTime], [[], 0]);
});

test('the total time-out holds while a body is taken in (83)', async t => {
  const setting = { backends: [await scgiEcho(t)], timeouts: { total: 50 } };
  const gateway = await startGateway(t, setting);
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
  assert.equal((await client.response()).status, 504);
  assert.equal((await gateway.ended(1))[0]!.reason, 'total_timeout');
});

test('a body over the limit is 413 while it is taken in, and the answer can be read (28, 79)', async t => {
  const gateway = await startGateway(t, { backends: [await scgiEcho(t)], limits: { bodyBytes: 500_000 } });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (let i = 0; i < 20; i++) await client.sendAll(`C350\r\n${'x'.repeat(50_000)}\r\n`);
  assert.equal((await client.response()).status, 413);
});

test('a malformed chunk is 400 while a body is taken in (6)', async t => {
  const gateway = await startGateway(t, { backends: [await scgiEcho(t)] });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz\r\n');
  assert.equal((await client.response()).status, 400);
});

test('a refusal that follows on taking in leaves the connection in order (26, 79)', async t => {
  const origin = await silentBackend(t);
  const setting = { maxConns: 1, queue: { length: 0 }, requestBuffer: { size: 100_000 } };
  const gateway = await startGateway(t, { backends: [origin.url], ...setting });
  const first = await connect(t, gateway.address);
  first.send(get());
  await origin.connection(0);
  const short = await connect(t, gateway.address);
  short.send(postChunked('/', ['a', 'b', 'c']) + post('/', 'abc'));
  assert.deepEqual(
    (await short.responses(2)).map(({ status }) => status),
    [503, 503],
  );
  const endless = await connect(t, gateway.address);
  endless.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (let i = 0; i < 10; i++) await endless.sendAll(`C350\r\n${'x'.repeat(50_000)}\r\n`);
  assert.equal((await endless.response()).status, 503);
});

test('a body that was taken in can be sent again, however long it is (37)', async t => {
  const origin = await echoBackend(t);
  const setting = { maxConns: 4, balance: 'first' as const, requestBuffer: { size: 4_000_000 } };
  const gateway = await startGateway(t, { backends: [await closedPort(), origin.url], ...setting });
  const body = long(3_000_000);
  assert.equal((await exchange(t, gateway.address, post('/', body))).text, body);
});

test('a body that one backend has read whole is sent whole to the next (37)', async t => {
  const broken = await backend(t, async connection => {
    await connection.request();
    connection.close();
  });
  const origin = await echoBackend(t);
  const gateway = await startGateway(t, {
    backends: [broken.url, origin.url],
    balance: 'first',
    requestBuffer: { mode: 'on', size: 4_000_000 },
    retry: { on: ['connect', 'reused', 'terminated'], budget: 1 },
  });
  const body = long(3_000_000);
  const request = post('/', body).replace('POST', 'PUT');
  assert.equal((await exchange(t, gateway.address, request)).text, body);
  assert.equal(broken.requests[0]!.text, body);
});

test('an application may answer before it reads its input, and read it then (26, 73)', async t => {
  const size = 4_000_000;
  const app = await backend(t, async connection => {
    const length = Number((await readVariables(connection)).get('CONTENT_LENGTH'));
    connection.pause();
    connection.send('Content-Type: text/plain\r\n\r\n');
    await connection.sendAll(Buffer.alloc(size, 'y'));
    connection.resume();
    await connection.take(length);
    connection.send('z').halfClose();
  });
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${app.port}`] });
  const body = long(size);
  const chunks = body.match(/.{1,50000}/g) ?? [];
  const answer = await exchange(t, gateway.address, postChunked('/', chunks));
  assert.equal(answer.body.length, size + 1);
  assert.equal(answer.body.at(-1), 0x7a);
});

test('an application that ends its answer without reading its input is answered for (26, 27)', async t => {
  const app = await backend(t, async connection => {
    await readVariables(connection);
    connection.pause();
    connection.send('Status: 403 Forbidden\r\nContent-Length: 2\r\n\r\nno').halfClose();
  });
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${app.port}`] });
  const answer = await exchange(t, gateway.address, postChunked('/', long(1_000_000).match(/.{1,50000}/g)!));
  assert.equal(answer.status, 403);
  assert.equal(answer.text, 'no');
});

test('a body that comes with its head goes on with its length and without ado (80)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1 });
  const answer = await exchange(t, gateway.address, post('/', 'abc'));
  assert.equal(answer.status, 200);
  assert.equal(origin.requests[0]!.text, 'abc');
  assert.equal(origin.requests[0]!.field('content-length'), '3');
});
