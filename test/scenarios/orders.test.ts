import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Operations } from '../../src/operations/operations.ts';
import { backend, ok, okBackend, silentBackend } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { Load } from '../support/load.ts';

const MINUTE = 60_000;
const { signal: NEVER } = new AbortController();

async function govern(
  t: TestContext,
  setting: Setting,
): Promise<{ gateway: RunningGateway; orders: Operations }> {
  const gateway = await startGateway(t, setting);
  const unwanted = () => Promise.reject(new Error('nobody asked for it'));
  const orders = new Operations(gateway.gateway, { reload: unwanted, upgrade: unwanted, stop: () => {} });
  return { gateway, orders };
}

/** Resolves when so many requests more have been answered. */
function more(clients: Load, count: number): Promise<void> {
  const goal = clients.answered + count;
  return eventually(`${count} requests more are answered`, () => clients.answered >= goal);
}

test('endpoints are drained, enabled, added, set and removed at full load, and no request fails (85)', async t => {
  const [a, b, c] = [await okBackend(t), await okBackend(t), await okBackend(t)];
  const { gateway, orders } = await govern(t, { backends: [a.url, b.url], balance: 'round-robin' });
  const clients = new Load(t, gateway.address, 8);
  await more(clients, 100);
  assert.deepEqual(await orders.drain(`127.0.0.1:${a.port}`, { wait: MINUTE }, NEVER), {
    inFlight: 0,
    tunnels: 0,
  });
  await eventually('its idle connections are closed', () => a.open === 0);
  const before = a.requests.length;
  await more(clients, 100);
  assert.equal(a.requests.length, before);
  orders.enable(`127.0.0.1:${a.port}`);
  await more(clients, 100);
  assert.ok(a.requests.length > before);
  orders.add('default', c.url);
  orders.set('default', { balance: 'random', 'max-conns': '3' });
  orders.set(`127.0.0.1:${c.port}`, { weight: '9' });
  await more(clients, 100);
  assert.ok(c.requests.length > 0);
  await orders.remove(`127.0.0.1:${b.port}`, { wait: MINUTE }, NEVER);
  orders.disable(`127.0.0.1:${a.port}`);
  const [atA, atB] = [a.requests.length, b.requests.length];
  await more(clients, 100);
  await eventually('what was in flight has ended', () => a.open === 0 && b.open === 0);
  assert.ok(a.requests.length <= atA + 3 && b.requests.length === atB);
  await clients.end();
  assert.deepEqual(clients.failures, []);
  assert.deepEqual(gateway.gateway.status().pools[0]!.changes, [
    'max-conns 3 (file: off)',
    'balance random (file: round-robin)',
    `added ${c.url},weight=9`,
    `removed ${b.url}`,
    `disabled 127.0.0.1:${a.port}`,
  ]);
});

test('a drain waits for a request and for a tunnel, and says of each what is left (85)', async t => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n';
  const origin = await backend(t, async connection => {
    const request = await connection.request();
    if (request.target === '/tunnel') connection.send(switching);
  });
  const other = await okBackend(t);
  const { gateway, orders } = await govern(t, { backends: [origin.url, other.url], balance: 'first' });
  const name = `127.0.0.1:${origin.port}`;
  const [tunnel, plain] = [await connect(t, gateway.address), await connect(t, gateway.address)];
  tunnel.send(get('/tunnel', 'Connection: upgrade', 'Upgrade: echo'));
  assert.equal((await tunnel.response()).status, 101);
  plain.send(get('/plain'));
  await eventually('both are in flight', () => gateway.load().inFlight === 2);
  assert.deepEqual(await orders.drain(name, { wait: 0 }, NEVER), { inFlight: 2, tunnels: 1 });
  const drained = orders.drain(name, { wait: MINUTE }, NEVER);
  (await origin.connection(1)).send(ok('finished'));
  assert.equal((await plain.response()).text, 'finished');
  assert.deepEqual(await orders.drain(name, { wait: 0 }, NEVER), { inFlight: 1, tunnels: 1 });
  tunnel.reset();
  assert.deepEqual(await drained, { inFlight: 0, tunnels: 0 });
});

test('tunnels that are left after their time are cut both ways, and the access log says why (31, 85)', async t => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n';
  const ends: string[] = [];
  const origin = await backend(t, async connection => {
    const request = await connection.request();
    if (request.target !== '/tunnel') return;
    connection.send(switching);
    await connection.closed();
    ends.push(request.target);
  });
  const { gateway, orders } = await govern(t, { backends: [origin.url] });
  const [tunnel, plain] = [await connect(t, gateway.address), await connect(t, gateway.address)];
  tunnel.send(get('/tunnel', 'Connection: upgrade', 'Upgrade: echo'));
  assert.equal((await tunnel.response()).status, 101);
  plain.send(get('/plain'));
  await eventually('both are in flight', () => gateway.load().inFlight === 2);
  const name = `127.0.0.1:${origin.port}`;
  const outcome = await orders.drain(name, { wait: 0, tunnels: 20 }, NEVER);
  assert.deepEqual({ inFlight: outcome.inFlight, cut: outcome.cut }, { inFlight: 1, cut: 1 });
  await tunnel.closed();
  await eventually('its backend has heard', () => ends.length === 1);
  const [record] = await gateway.ended(1);
  assert.deepEqual([record!.target, record!.status, record!.reason], ['/tunnel', 101, 'tunnel_cut']);
  assert.match(record!.detail, /the time is up that tunnels had when .* was taken out/);
  (await origin.connection(1)).send(ok('finished'));
  assert.equal((await plain.response()).text, 'finished');
});

test('a client of a pool whose only endpoint is drained gets 503 with the reason, and the log has warned', async t => {
  const origin = await okBackend(t);
  const { gateway, orders } = await govern(t, { backends: [origin.url] });
  await orders.drain(`127.0.0.1:${origin.port}`, { wait: MINUTE }, NEVER);
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.status, 503);
  assert.match(gateway.records[0]!.detail, /every endpoint is disabled or draining/);
  assert.ok(
    gateway.messages.some(({ level, message }) => level === 'warn' && /requests get 503/.test(message)),
  );
  orders.enable(`127.0.0.1:${origin.port}`);
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
});

test('a limit that is raised lets those go on who wait, and one that is lowered cuts nobody (40)', async t => {
  const origin = await silentBackend(t);
  const { gateway, orders } = await govern(t, { backends: [origin.url], maxConns: 1 });
  const clients = await Promise.all([1, 2, 3].map(() => connect(t, gateway.address)));
  for (const client of clients) client.send(get());
  await eventually('two wait', () => gateway.load().queued === 2 && origin.requests.length === 1);
  orders.set('default', { 'max-conns': '3' });
  await eventually('nobody waits', () => origin.requests.length === 3);
  orders.set('default', { 'max-conns': '1' });
  for (const connection of origin.connections) connection.send(ok());
  for (const client of clients) assert.equal((await client.response()).status, 200);
});

test('with a limit set live, answers are read ahead of slow clients as if it stood in the file', async t => {
  const origin = await okBackend(t);
  const { gateway, orders } = await govern(t, { backends: [origin.url] });
  const pool = gateway.gateway.pools.byName.get('default')!;
  assert.equal(pool.buffering.readAhead, 0);
  orders.set('default', { 'max-conns': '4' });
  assert.notEqual(pool.buffering.readAhead, 0);
  orders.set('default', { 'max-conns': 'off' });
  assert.equal(pool.buffering.readAhead, 0);
});
