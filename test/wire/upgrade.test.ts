import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backend, ok, type Script } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const ASK = get('/chat', 'Connection: keep-alive, Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: abc');
const GRANT =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Kept: 1\r\n\r\n';

async function tunnel(t: TestContext, script: Script, timeouts = {}) {
  const origin = await backend(t, script);
  const gateway = await startGateway(t, { backends: [origin.url], timeouts });
  const client = await connect(t, gateway.address);
  client.send(ASK);
  return { origin, gateway, client };
}

test('an upgrade is asked for in the gateway’s own words, and its answer relayed (31)', async t => {
  const { origin, client } = await tunnel(t, async connection => {
    await connection.request();
    connection.send(GRANT);
  });
  const answer = await client.response();
  assert.equal(answer.status, 101);
  assert.equal(answer.field('upgrade'), 'websocket');
  assert.match(answer.field('connection')!, /^upgrade$/i);
  assert.equal(answer.field('x-kept'), '1');
  assert.deepEqual(answer.all('content-length'), []);
  assert.deepEqual(answer.all('transfer-encoding'), []);
  const request = origin.requests[0]!;
  assert.equal(request.field('upgrade'), 'websocket');
  assert.match(request.field('connection')!, /^upgrade$/i);
  assert.equal(request.field('sec-websocket-key'), 'abc');
});

test('bytes that come together with the 101 head are not lost, nor held back (31)', async t => {
  const { client } = await tunnel(t, async connection => {
    await connection.request();
    connection.send(`${GRANT}first frame`);
  });
  assert.equal((await client.response()).status, 101);
  assert.equal((await client.take(11)).toString(), 'first frame');
});

test('bytes that the client sends together with its request wait for the grant (31)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(GRANT);
    await connection.until('hasty');
    connection.send('got it');
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(`${ASK}hasty`);
  assert.equal((await client.response()).status, 101);
  assert.equal((await client.take(6)).toString(), 'got it');
});

test('bytes pass both ways, whatever they are (31)', async t => {
  const { client } = await tunnel(t, async connection => {
    await connection.request();
    connection.send(GRANT);
    for (;;) connection.send(await connection.take(256));
  });
  await client.response();
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  for (let i = 0; i < 3; i++) {
    client.send(all);
    assert.deepEqual(await client.take(256), all);
  }
});

test('a client that closes its side can still be written to (31)', async t => {
  const { client, gateway } = await tunnel(t, async connection => {
    await connection.request();
    connection.send(GRANT);
    await connection.until('bye');
    assert.equal(await connection.closed(), 'end');
    connection.send('last words').halfClose();
  });
  await client.response();
  client.send('bye').halfClose();
  assert.equal(await client.rest(), 'last words');
  const [record] = await gateway.ended(1);
  assert.equal(record!.status, 101);
  assert.equal(record!.reason, '');
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('a backend that closes its side can still be written to (31)', async t => {
  const { client, gateway } = await tunnel(t, async connection => {
    await connection.request();
    connection.send(`${GRANT}bye`).halfClose();
    assert.equal(await connection.until('last words'), 'last words');
    assert.equal(await connection.closed(), 'end');
  });
  await client.response();
  assert.equal(await client.rest(), 'bye');
  client.send('last words').halfClose();
  await gateway.ended(1);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('a reset on one side of a tunnel ends the other (31, 40)', async t => {
  for (const side of ['client', 'backend'] as const) {
    const { client, origin, gateway } = await tunnel(t, async connection => {
      await connection.request();
      connection.send(GRANT);
      await connection.closed();
    });
    await client.response();
    const connection = await origin.connection(0);
    (side === 'client' ? client : connection).reset();
    await (side === 'client' ? connection : client).closed();
    await gateway.ended(1);
    assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
  }
});

test('a tunnel in which nothing moves is closed after its own time-out, not the idle one (83)', async t => {
  const { client, gateway } = await tunnel(
    t,
    async connection => {
      await connection.request();
      connection.send(GRANT);
      await connection.closed();
    },
    { tunnel: 200, idle: 60_000, response: 60_000 },
  );
  await client.response();
  await client.closed();
  await gateway.ended(1);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('a tunnel outlives response and idle time-outs (83)', async t => {
  const { client } = await tunnel(
    t,
    async connection => {
      await connection.request();
      connection.send(GRANT);
      await connection.until('late');
      connection.send('still here');
    },
    { tunnel: 60_000, idle: 50, response: 1000 },
  );
  await client.response();
  // The passing of time is the subject here: the tunnel must have been silent for longer than both time-outs.
  await new Promise(resolve => setTimeout(resolve, 1200));
  client.send('late');
  assert.equal((await client.take(10)).toString(), 'still here');
});

test('another answer than 101 is an ordinary one, and both connections go on (31)', async t => {
  const { client, origin } = await tunnel(t, connection => connection.always(ok('no upgrade')));
  assert.equal((await client.response()).text, 'no upgrade');
  client.send(get());
  assert.equal((await client.response()).text, 'no upgrade');
  assert.equal(origin.connections.length, 1);
});

test('an upgrade that the backend refuses leaves hasty bytes to be read as requests (31)', async t => {
  const { client } = await tunnel(t, connection => connection.always(ok('no')));
  client.send(get('/second'));
  assert.equal((await client.response()).text, 'no');
  assert.equal((await client.response()).text, 'no');
});

test('after a tunnel the backend connection is not used again (9, 40)', async t => {
  const { client, origin, gateway } = await tunnel(t, async (connection, index) => {
    if (index > 0) return connection.always(ok());
    await connection.request();
    connection.send(GRANT).halfClose();
    await connection.closed();
  });
  await client.response();
  client.halfClose();
  await gateway.ended(1);
  const other = await connect(t, gateway.address);
  other.send(get());
  assert.equal((await other.response()).status, 200);
  assert.equal(origin.connections.length, 2);
});

test('Upgrade that Connection does not name is not passed on (8)', async t => {
  const origin = await backend(t, connection => connection.always(ok()));
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/', 'Upgrade: websocket'));
  await client.response();
  assert.deepEqual(origin.requests[0]!.all('upgrade'), []);
});

test('an upgrade to h2c is not passed on: it would hide requests from the gateway (8)', async t => {
  const origin = await backend(t, connection => connection.always(ok()));
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(
    get('/', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'),
  );
  assert.equal((await client.response()).status, 200);
  assert.deepEqual(origin.requests[0]!.all('upgrade'), []);
  assert.deepEqual(origin.requests[0]!.all('http2-settings'), []);
});

test('Upgrade of a client of HTTP/1.0 is ignored (31)', async t => {
  const origin = await backend(t, connection => connection.always(ok()));
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(ASK.replace('HTTP/1.1', 'HTTP/1.0'));
  assert.equal((await client.response()).status, 200);
  assert.deepEqual(origin.requests[0]!.all('upgrade'), []);
});
