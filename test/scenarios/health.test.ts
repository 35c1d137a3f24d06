import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { afterwards } from '../support/afterwards.ts';
import { type BackendConnection, backend, ok, okBackend } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { closedPort } from '../support/unreachable.ts';

test('a backend that failed rests: the next request goes elsewhere at once (39)', async t => {
  const good = await okBackend(t);
  const bad = await closedPort();
  const gateway = await startGateway(t, {
    backends: [`${bad},name=bad`, `${good.url},name=good`],
    balance: 'first',
    health: { failTimeout: 60_000 },
  });
  for (let i = 0; i < 3; i++) assert.equal((await exchange(t, gateway.address, get())).status, 200);
  const records = await gateway.ended(3);
  assert.deepEqual(
    records.map(record => record.attempts.length),
    [2, 1, 1],
  );
  assert.ok(
    gateway.messages.some(({ level, facts }) => level === 'warn' && JSON.stringify(facts).includes('bad')),
  );
});

test('a backend that comes back is used again after its rest (39)', async t => {
  const url = await closedPort();
  const good = await okBackend(t, 'good');
  const gateway = await startGateway(t, {
    backends: [url, good.url],
    balance: 'first',
    health: { failTimeout: 50 },
  });
  assert.equal((await exchange(t, gateway.address, get())).text, 'good');
  const revived = createServer(socket => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(ok('revived')));
  });
  await new Promise<void>(resolve => revived.listen(Number(new URL(url).port), '127.0.0.1', resolve));
  afterwards(t, () => revived.close());
  let text = '';
  for (let i = 0; i < 1000 && text !== 'revived'; i++) {
    text = (await exchange(t, gateway.address, get())).text;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  assert.equal(text, 'revived');
});

test('the only backend never rests (39)', async t => {
  let healthy = false;
  const origin = await backend(t, async connection => {
    for (;;) {
      await connection.request();
      if (healthy) connection.send(ok());
      else connection.reset();
    }
  });
  const gateway = await startGateway(t, { backends: [origin.url], health: { failTimeout: 60_000 } });
  for (let i = 0; i < 5; i++) assert.equal((await exchange(t, gateway.address, get())).status, 502);
  healthy = true;
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
});

test('when all backends have failed one of them is tried all the same (39)', async t => {
  let healthy = false;
  const script = async (connection: BackendConnection) => {
    for (;;) {
      await connection.request();
      if (healthy) connection.send(ok());
      else connection.reset();
    }
  };
  const origins = [await backend(t, script), await backend(t, script)];
  const gateway = await startGateway(t, {
    backends: origins.map(origin => origin.url),
    health: { failTimeout: 60_000 },
  });
  for (let i = 0; i < 6; i++) assert.equal((await exchange(t, gateway.address, get())).status, 502);
  healthy = true;
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
});

test('a backup gets nothing while a primary is up, and everything when none is', async t => {
  const primary = await okBackend(t, 'primary');
  const backup = await okBackend(t, 'backup');
  const gateway = await startGateway(t, {
    backends: [primary.url, `${backup.url},backup`],
    health: { failTimeout: 60_000 },
  });
  for (let i = 0; i < 5; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'primary');
  assert.equal(backup.connections.length, 0);
  await primary.close();
  for (let i = 0; i < 5; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'backup');
});

test('a primary that is merely full means the queue, not the backup', async t => {
  const primary = await backend(t, async connection => {
    for (;;) await connection.request();
  });
  const backup = await okBackend(t, 'backup');
  const gateway = await startGateway(t, { backends: [primary.url, `${backup.url},backup`], maxConns: 1 });
  const clients = [await connect(t, gateway.address), await connect(t, gateway.address)];
  for (const client of clients) client.send(get());
  await eventually('one waits', () => gateway.load().queued === 1);
  assert.equal(backup.connections.length, 0);
});

test('weights share the requests out', async t => {
  const heavy = await okBackend(t, 'heavy');
  const light = await okBackend(t, 'light');
  const gateway = await startGateway(t, {
    backends: [`${heavy.url},weight=3`, light.url],
    balance: 'round-robin',
  });
  for (let i = 0; i < 8; i++) await exchange(t, gateway.address, get());
  assert.equal(heavy.requests.length, 6);
  assert.equal(light.requests.length, 2);
});

test('what a client does wrong says nothing against a backend', async t => {
  const good = await okBackend(t);
  const gateway = await startGateway(t, { backends: [good.url, good.url.replace('127.0.0.1', 'localhost')] });
  for (let i = 0; i < 5; i++) await exchange(t, gateway.address, 'GET / HTTP/1.1\r\n\r\n');
  assert.ok(!gateway.messages.some(({ level }) => level === 'warn'));
});
