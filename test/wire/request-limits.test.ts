import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterwards } from '../support/afterwards.ts';
import { backend, okBackend } from '../support/backend.ts';
import { connect, exchange, get, post, postChunked } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

test('refuses a head that is larger than allowed by 431 and closes (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], limits: { headBytes: 1000 } });
  const client = await connect(t, gateway.address);
  client.send(get('/', `X-Long: ${'x'.repeat(1000)}`));
  assert.equal((await client.response()).status, 431);
  assert.equal(await client.rest(), '');
  assert.equal(origin.connections.length, 0);
});

test('refuses a head that never ends as soon as it is larger than allowed (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], limits: { headBytes: 1000 } });
  const client = await connect(t, gateway.address);
  client.send(`GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(1000)}`);
  assert.equal((await client.response()).status, 431);
});

test('passes a head that is exactly as large as allowed (79)', async t => {
  const origin = await okBackend(t);
  const head = get('/', 'X-Long: ');
  const gateway = await startGateway(t, { backends: [origin.url], limits: { headBytes: 1000 } });
  const request = get('/', `X-Long: ${'x'.repeat(1000 - head.length)}`);
  assert.equal((await exchange(t, gateway.address, request)).status, 200);
});

test('refuses more fields than allowed by 431 (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], limits: { fieldCount: 10 } });
  const lines = Array.from({ length: 10 }, (_, i) => `X-${i}: 1`);
  assert.equal((await exchange(t, gateway.address, get('/', ...lines))).status, 431);
  assert.equal((await exchange(t, gateway.address, get('/', ...lines.slice(1)))).status, 200);
});

test('refuses a target that is longer than allowed by 414 (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], limits: { targetBytes: 100 } });
  assert.equal((await exchange(t, gateway.address, get(`/${'x'.repeat(100)}`))).status, 414);
  assert.equal((await exchange(t, gateway.address, get(`/${'x'.repeat(99)}`))).status, 200);
});

test('answers a request line that never ends by 414 (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(`GET /${'x'.repeat(40_000)}`);
  assert.equal((await client.response()).status, 414);
});

test('refuses a body that says it is too large by 413 before the backend hears of it (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], limits: { bodyBytes: 10 } });
  assert.equal((await exchange(t, gateway.address, post('/', 'x'.repeat(11)))).status, 413);
  assert.equal(origin.requests.length, 0);
  assert.equal((await exchange(t, gateway.address, post('/', 'x'.repeat(10)))).status, 200);
});

test('refuses a chunked body by 413 when it has grown too large, and the backend gets no whole request (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], limits: { bodyBytes: 10 } });
  const client = await connect(t, gateway.address);
  client.send(postChunked('/', ['12345', '678901']));
  assert.equal((await client.response()).status, 413);
  assert.equal(await client.rest(), '');
  for (const connection of origin.connections) await connection.closed();
  assert.equal(origin.requests.length, 0);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'body_too_large');
});

test('a head that does not come to its end is answered by 408 and the connection closed (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], client: { headerTimeout: 50 } });
  const client = await connect(t, gateway.address);
  client.send('GET / HTTP/1.1\r\nHost: a\r\n');
  const answer = await client.response();
  assert.equal(answer.status, 408);
  assert.equal(answer.field('connection'), 'close');
  assert.equal(await client.rest(), '');
});

test('a head that comes byte after byte does not extend its time (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], client: { headerTimeout: 100 } });
  const client = await connect(t, gateway.address);
  client.send('GET / HTTP/1.1\r\nX-Slow: ');
  const drip = setInterval(() => client.send('x'), 10);
  afterwards(t, () => clearInterval(drip));
  assert.equal((await client.response()).status, 408);
});

test('a connection that never says anything is closed without a word (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, {
    backends: [origin.url],
    client: { headerTimeout: 50, idleTimeout: 50 },
  });
  const client = await connect(t, gateway.address);
  assert.equal(await client.rest(), '');
});

test('an idle keep-alive connection is closed without a word after its time (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], client: { idleTimeout: 50 } });
  const client = await connect(t, gateway.address);
  client.send(get());
  assert.equal((await client.response()).status, 200);
  assert.equal(await client.rest(), '');
});

test('a request body that stops coming is answered by 408 and given up (79)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url], client: { ioTimeout: 100 } });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345');
  assert.equal((await client.response()).status, 408);
  await (await origin.connection(0)).closed();
  assert.equal((await gateway.ended(1))[0]!.reason, 'request_timeout');
});
