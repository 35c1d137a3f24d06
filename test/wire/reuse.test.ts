import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, ok, okBackend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';

test('one backend connection carries many requests of many clients (32)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  for (let i = 0; i < 10; i++)
    assert.equal((await exchange(t, gateway.address, post('/', 'abc'))).status, 200);
  assert.equal(origin.connections.length, 1);
});

test('a GET on a connection that the backend closes just then is sent again on a new one (32)', async t => {
  const origin = await backend(t, async (connection, index) => {
    await connection.request();
    connection.send(ok());
    await connection.request();
    if (index === 0) connection.close();
    else connection.send(ok());
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  await exchange(t, gateway.address, get('/1'));
  const retried = exchange(t, gateway.address, get('/2'));
  assert.equal((await retried).status, 200);
  assert.equal(origin.connections.length, 2);
  const record = (await gateway.ended(2))[1]!;
  assert.deepEqual(
    record.attempts.map(attempt => attempt.reason),
    ['connection_terminated', ''],
  );
});

test('a reset instead of a close makes no difference to that (33)', async t => {
  const origin = await backend(t, async (connection, index) => {
    await connection.request();
    connection.send(ok());
    if (index > 0) return;
    await connection.request();
    connection.reset();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  await exchange(t, gateway.address, get('/1'));
  assert.equal((await exchange(t, gateway.address, get('/2'))).status, 200);
});

for (const how of ['close', 'reset'] as const) {
  test(`a POST whose reused connection ends by ${how} is not sent twice (32, 33)`, async t => {
    const origin = await backend(t, async (connection, index) => {
      await connection.request();
      if (index === 0) {
        connection.send(ok());
        await connection.request();
        connection[how]();
      } else connection.send(ok());
    });
    const gateway = await startGateway(t, { backends: [origin.url] });
    await exchange(t, gateway.address, get('/1'));
    const answer = await exchange(t, gateway.address, post('/2', 'abc'));
    assert.equal(answer.status, 502);
    assert.match(answer.field('proxy-status')!, /error=connection_terminated/);
    assert.equal(origin.requests.filter(request => request.method === 'POST').length, 1);
    assert.equal(origin.connections.length, 1);
  });
}

test('a stale connection says nothing against its backend (32)', async t => {
  const origin = await backend(t, async (connection, index) => {
    await connection.request();
    connection.send(ok(`${index}`));
    if (index > 0) return;
    await connection.request();
    connection.close();
  });
  const other = await okBackend(t, 'other');
  const gateway = await startGateway(t, { backends: [origin.url, `${other.url},backup`] });
  await exchange(t, gateway.address, get('/1'));
  assert.equal(
    (await exchange(t, gateway.address, get('/2'))).text,
    '1',
    'the same backend, over a new connection',
  );
});

test('a connection that the backend closes while idle is not used again (32)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(ok());
    connection.halfClose();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  await exchange(t, gateway.address, post('/1', 'abc'));
  assert.equal(await (await origin.connection(0)).closed(), 'end', 'the gateway closes its side as well');
  assert.equal((await exchange(t, gateway.address, post('/2', 'abc'))).status, 200);
});

test('a connection on which the backend speaks unasked is closed, and nobody gets those bytes (16)', async t => {
  const origin = await backend(t, async (connection, index) => {
    await connection.request();
    connection.send(ok(`${index}`));
    if (index > 0) return;
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  assert.equal((await exchange(t, gateway.address, get('/1'))).text, '0');
  const first = await origin.connection(0);
  first.send(ok('evil'));
  await first.closed();
  assert.equal((await exchange(t, gateway.address, get('/2'))).text, '1');
});

test('bytes after the end of an answer are dropped with their connection (16)', async t => {
  const origin = await backend(t, async (connection, index) => {
    await connection.request();
    connection.send(index === 0 ? ok('first') + ok('evil') : ok('second'));
    if (index === 0) await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/1'));
  assert.equal((await client.response()).text, 'first');
  client.send(get('/2'));
  assert.equal((await client.response()).text, 'second');
  await (await origin.connection(0)).closed();
});

test('bytes after the last chunk of an answer are dropped with their connection (16)', async t => {
  const origin = await backend(t, async (connection, index) => {
    await connection.request();
    const first = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n';
    connection.send(index === 0 ? first + ok('evil') : ok('second'));
    if (index === 0) await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/1') + get('/2'));
  assert.deepEqual(
    (await client.responses(2)).map(answer => answer.text),
    ['first', 'second'],
  );
});

for (const [claim, answer] of [
  ['that says Connection: close', ok('x', 'Connection: close')],
  ['that says so among other things', ok('x', 'Connection: foo, CLOSE')],
  ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx'],
  ['that promises to stay for less than can be relied on', ok('x', 'Keep-Alive: timeout=1')],
  ['without an end', 'HTTP/1.1 200 OK\r\n\r\nx'],
] as const) {
  test(`a backend connection is closed after an answer ${claim} (32, 34)`, async t => {
    const origin = await backend(t, async connection => {
      await connection.request();
      connection.send(answer);
      if (!/length/i.test(answer)) connection.halfClose();
      await connection.closed();
    });
    const gateway = await startGateway(t, { backends: [origin.url] });
    for (let i = 0; i < 2; i++)
      assert.equal((await exchange(t, gateway.address, post('/', 'abc'))).text, 'x');
    assert.equal(origin.connections.length, 2);
    await (await origin.connection(0)).closed();
  });
}

test('a connection whose answer came before the request was complete is not used again (27)', async t => {
  const origin = await backend(t, async (connection, index) => {
    if (index > 0) return connection.always(ok('second'));
    await connection.head();
    connection.send(ok('first'));
    await connection.closed();
    return undefined;
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na');
  assert.equal((await client.response()).text, 'first');
  assert.equal((await exchange(t, gateway.address, get())).text, 'second');
  assert.equal(origin.connections.length, 2);
});

test('no more connections are kept idle than configured', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url], keepalive: { connections: 1 } });
  const clients = await Promise.all([1, 2, 3].map(() => connect(t, gateway.address)));
  for (const client of clients) client.send(get());
  await eventually('the backend has read 3 requests', () => origin.requests.length === 3);
  for (const connection of origin.connections) connection.send(ok());
  for (const client of clients) assert.equal((await client.response()).status, 200);
  await eventually('one connection is left', () => origin.open === 1);
});

test('a reset of an idle connection harms nobody (94)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  for (let i = 0; i < 3; i++) {
    assert.equal((await exchange(t, gateway.address, get())).status, 200);
    origin.connections.at(-1)!.reset();
  }
  assert.equal((await gateway.ended(3)).length, 3);
});
