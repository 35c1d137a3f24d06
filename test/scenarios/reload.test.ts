import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { backend, ok, okBackend, silentBackend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { makeConfig, type Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { Load } from '../support/load.ts';

const CLIENTS = 8;

/** Requests that are answered before and after each step. */
const SOME = 200;

/** Resolves when so many more have been answered. */
function more(clients: Load, count: number): Promise<void> {
  const goal = clients.answered + count;
  return eventually(`${count} requests more are answered`, () => clients.answered >= goal);
}

function reload(gateway: RunningGateway, setting: Setting) {
  return gateway.gateway.reload(makeConfig(setting));
}

/** Plays configurations one after the other under load; no request may fail. */
async function playThrough(t: TestContext, ...settings: [Setting, ...Setting[]]) {
  const gateway = await startGateway(t, settings[0]);
  const clients = new Load(t, gateway.address, CLIENTS);
  await more(clients, SOME);
  for (const setting of settings.slice(1)) {
    await reload(gateway, setting);
    await more(clients, SOME);
  }
  await clients.end();
  assert.deepEqual(clients.failures, []);
  return gateway;
}

/** A backend that grants every upgrade, and sends back what comes through the tunnel. */
function echoTunnel(t: TestContext) {
  return backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n');
    for (;;) connection.send(await connection.take(1));
  });
}

function endpoint(gateway: RunningGateway, pool: string, name: string) {
  const found = gateway.gateway.status().pools.find(each => each.name === pool);
  return found!.endpoints.find(each => each.name === name)!;
}

test('a backend that a reload adds gets its share, and no request fails', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const one = { backends: [a.url], balance: 'round-robin' } as const;
  const gateway = await playThrough(t, one, { ...one, backends: [a.url, b.url] });
  assert.ok(b.requests.length >= SOME / 4, `${b.requests.length}`);
  assert.equal(endpoint(gateway, 'default', `127.0.0.1:${a.port}`).attempts.ended, a.requests.length);
  assert.equal(
    a.connections.length,
    endpoint(gateway, 'default', `127.0.0.1:${a.port}`).attempts.connections.opened,
  );
});

test('a backend that a reload takes away gets nothing more, and no request fails', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const gateway = await playThrough(t, { backends: [a.url, b.url] }, { backends: [a.url] });
  await eventually('its connections are closed', () => b.open === 0);
  const [pool] = gateway.gateway.status().pools;
  assert.deepEqual(
    pool!.endpoints.map(({ name }) => name),
    [`127.0.0.1:${a.port}`],
  );
});

test('backends that change places all at once fail no request', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  await playThrough(t, { backends: [a.url] }, { backends: [b.url] }, { backends: [a.url] });
  assert.ok(b.requests.length > 0);
});

test('all settings of a pool may change under load', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const backends = [a.url, b.url];
  const gateway = await playThrough(
    t,
    { backends },
    { backends, balance: 'round-robin', maxConns: 2, queue: { length: 50 } },
    { backends, balance: 'fair', retry: { attempts: 0 }, keepalive: { connections: 1 } },
    { backends, balance: 'least-time', poolMaxConns: 3, timeouts: { response: 5000, total: 9000 } },
    {
      backends: [`${a.url},weight=5`, `${b.url},max-conns=1`],
      balance: 'random',
      keepalive: { connections: 0 },
    },
  );
  assert.equal(endpoint(gateway, 'default', `127.0.0.1:${a.port}`).weight, 5);
});

test('a route may move to another pool, and the pool that it came from may go', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const pools = { one: [a.url], two: [b.url] };
  const gateway = await playThrough(
    t,
    { pools, routes: [{ pool: 'one' }] },
    { pools, routes: [{ pool: 'two' }] },
    { pools: { two: [b.url] }, routes: [{ pool: 'two' }] },
    { pools, routes: [{ pool: 'two', path: '/x' }, { pool: 'one' }] },
  );
  assert.ok(b.requests.length > 0);
  assert.deepEqual(
    gateway.gateway.status().pools.map(({ name }) => name),
    ['one', 'two'],
  );
});

test('a listener comes and goes while another is under load, and finishes what it has', async t => {
  const origin = await silentBackend(t);
  const busy = await okBackend(t);
  const first = { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' } as const;
  const second = { kind: 'tcp', host: '127.0.0.2', port: 0, text: '127.0.0.2:0' } as const;
  const setting = { pools: { slow: [origin.url], fast: [busy.url] } };
  const routes = [{ pool: 'slow', path: '/slow' }, { pool: 'fast' }];
  const gateway = await startGateway(t, { ...setting, routes, listen: [first] });
  const clients = new Load(t, gateway.address, CLIENTS);
  await reload(gateway, { ...setting, routes, listen: [first, second] });
  const [kept, added] = gateway.gateway.addresses;
  assert.equal(kept, gateway.address);
  const client = await connect(t, added!);
  client.send(get('/slow'));
  await eventually('the request is in flight', () => origin.requests.length === 1);
  await more(clients, SOME);
  await reload(gateway, { ...setting, routes, listen: [first] });
  await assert.rejects(connect(t, added!), { code: 'ECONNREFUSED' });
  origin.connections[0]!.send(ok('finished'));
  const answer = await client.response();
  assert.deepEqual([answer.text, answer.field('connection')], ['finished', 'close']);
  await more(clients, SOME);
  await clients.end();
  assert.deepEqual(clients.failures, []);
  await eventually('the listener is gone', () => gateway.gateway.status().listeners.length === 1);
});

test('clients at full speed on a listener that goes are told so in an answer, and lose none', async t => {
  const origin = await okBackend(t);
  const first = { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' } as const;
  const second = { kind: 'tcp', host: '127.0.0.2', port: 0, text: '127.0.0.2:0' } as const;
  const gateway = await startGateway(t, { backends: [origin.url], listen: [first, second] });
  let answered = 0;
  const untilTold = async (): Promise<void> => {
    const client = await connect(t, gateway.gateway.addresses[1]!);
    for (;;) {
      const answer = await client.send(get()).response();
      assert.equal(answer.status, 200);
      answered++;
      if (answer.field('connection') === 'close') return;
    }
  };
  const clients = Array.from({ length: CLIENTS }, untilTold);
  await eventually('some are answered', () => answered > SOME);
  await reload(gateway, { backends: [origin.url], listen: [first] });
  await Promise.all(clients);
  await eventually('the listener is gone', () => gateway.gateway.status().listeners.length === 1);
});

test('a tunnel of a pool that stays outlives every reload, and its bytes flow', async t => {
  const echo = await echoTunnel(t);
  const other = await okBackend(t);
  const gateway = await startGateway(t, { backends: [echo.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/', 'Connection: upgrade', 'Upgrade: echo'));
  assert.equal((await client.response()).status, 101);
  const settings: Setting[] = [
    { backends: [echo.url], pools: { more: [other.url] }, routes: [{ pool: 'more', path: '/more' }] },
    { backends: [echo.url], balance: 'random', maxConns: 1, timeouts: { tunnel: 50_000 } },
    { backends: [echo.url], trustProxy: ['10.0.0.0/8'], limits: { headBytes: 9999 } },
  ];
  for (const setting of settings) {
    await reload(gateway, setting);
    client.send('!');
    assert.equal((await client.take(1)).toString(), '!');
    assert.equal(endpoint(gateway, 'default', `127.0.0.1:${echo.port}`).tunnels, 1);
  }
});

test('a tunnel of a backend or a pool that is gone goes on as well', async t => {
  const echo = await echoTunnel(t);
  const other = await okBackend(t);
  const gateway = await startGateway(t, {
    pools: { old: [echo.url], new: [other.url] },
    routes: [{ pool: 'old' }],
  });
  const client = await connect(t, gateway.address);
  client.send(get('/', 'Connection: upgrade', 'Upgrade: echo'));
  assert.equal((await client.response()).status, 101);
  await reload(gateway, { pools: { old: [other.url], new: [other.url] }, routes: [{ pool: 'old' }] });
  await reload(gateway, { pools: { new: [other.url] } });
  client.send('!');
  assert.equal((await client.take(1)).toString(), '!');
  const [, old] = gateway.gateway.status().pools;
  assert.deepEqual([old!.name, old!.draining, old!.inFlight], ['old', true, 1]);
  client.reset();
  await eventually('the pool is gone', () => gateway.gateway.status().pools.length === 1);
});

test('a request whose body is being taken in reaches the pool that it came for, though that is gone', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const buffer = { mode: 'on', size: 1_000_000 } as const;
  const gateway = await startGateway(t, { backends: [a.url], requestBuffer: buffer });
  const client = await connect(t, gateway.address);
  const request = post('/', 'x'.repeat(1000));
  client.send(request.slice(0, -10));
  await eventually('it has been read', () => gateway.gateway.status().exchanges.underWay === 1);
  await reload(gateway, { pools: { other: [b.url] } });
  assert.equal((await exchange(t, gateway.address, get())).text, 'b');
  client.send(request.slice(-10));
  assert.equal((await client.response()).text, 'a');
  await eventually('the pool is gone', () => gateway.gateway.status().pools.length === 1);
  await eventually('its connections are closed', () => a.open === 0);
});

test('a request that waits in the queue of a pool that goes is served', async t => {
  const [a, b] = [await silentBackend(t), await okBackend(t, 'b')];
  const gateway = await startGateway(t, { backends: [a.url], maxConns: 1 });
  const clients = [await connect(t, gateway.address), await connect(t, gateway.address)];
  for (const client of clients) client.send(get());
  await eventually('one waits', () => gateway.load().queued === 1 && a.requests.length === 1);
  await reload(gateway, { pools: { other: [b.url] } });
  a.connections[0]!.send(ok('first'));
  assert.equal((await clients[0]!.response()).text, 'first');
  await eventually('the other is in flight', () => a.requests.length === 2);
  a.connections.at(-1)!.send(ok('second'));
  assert.equal((await clients[1]!.response()).text, 'second');
  await eventually('the pool is gone', () => gateway.gateway.status().pools.length === 1);
});

test('a route that is held stays held when it moves to another pool, and who waits goes there in order', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const pools = { one: [a.url], two: [b.url] };
  const gateway = await startGateway(t, { pools, routes: [{ name: 'app', pool: 'one' }] });
  const { holds } = gateway.gateway;
  holds.hold({ target: 'app' });
  const clients = [];
  for (let i = 0; i < 3; i++) {
    const client = await connect(t, gateway.address);
    client.send(get(`/${i}`));
    clients.push(client);
    await eventually('it waits', () => gateway.gateway.status().routes[0]!.hold!.waiting === i + 1);
  }
  await reload(gateway, { pools: { two: [b.url] }, routes: [{ name: 'app', pool: 'two' }] });
  clients.push(await connect(t, gateway.address));
  clients[3]!.send(get('/3'));
  await eventually('all wait', () => gateway.gateway.status().routes[0]!.hold!.waiting === 4);
  clients[1]!.close();
  await eventually('one has left', () => gateway.gateway.status().routes[0]!.hold!.waiting === 3);
  assert.deepEqual(holds.resume({ target: 'app' }), { resumed: ['app'], waiting: 3 });
  for (const i of [0, 2, 3]) assert.equal((await clients[i]!.response()).text, 'b');
  assert.deepEqual(
    b.requests.map(({ target }) => target),
    ['/0', '/2', '/3'],
  );
  assert.equal(a.requests.length, 0);
  await eventually('the other pool is gone', () => gateway.gateway.status().pools.length === 1);
});

test('a path that a reload lets pass passes what is held already', async t => {
  const a = await okBackend(t);
  const gateway = await startGateway(t, { backends: [a.url] });
  gateway.gateway.holds.hold({ target: 'default' });
  const client = await connect(t, gateway.address);
  client.send(get('/held'));
  await eventually('it waits', () => gateway.gateway.status().pools[0]!.hold!.waiting === 1);
  await reload(gateway, { backends: [a.url], hold: { bypass: ['/healthz'] } });
  assert.equal((await exchange(t, gateway.address, get('/healthz'))).status, 200);
  assert.equal(gateway.gateway.status().pools[0]!.hold!.waiting, 1);
  gateway.gateway.holds.resume({ target: 'default' });
  assert.equal((await client.response()).status, 200);
});

test('what waits at a route or a pool that goes is let through to where it led', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const pools = { one: [a.url], two: [b.url] };
  for (const target of ['app', 'one']) {
    const gateway = await startGateway(t, { pools, routes: [{ name: 'app', pool: 'one' }] });
    gateway.gateway.holds.hold({ target });
    const client = await connect(t, gateway.address);
    client.send(get());
    await eventually('it waits', () => gateway.gateway.status().exchanges.underWay === 1);
    await reload(gateway, { pools: { two: [b.url] }, routes: [{ name: 'other', pool: 'two' }] });
    assert.equal((await client.response()).text, 'a');
    await eventually('the pool is gone', () => gateway.gateway.status().pools.length === 1);
  }
});

test('what takes a restart is said at each reload until it is there, or no longer wanted', async t => {
  const { url } = await okBackend(t);
  const at = (path: string) => ({ listen: { kind: 'unix', path, text: `unix:${path}` } as const });
  const gateway = await startGateway(t, { backends: [url], admin: at('/a') });
  const deferred = ['admin unix:/a -> unix:/b'];
  for (let turn = 1; turn <= 2; turn++)
    assert.deepEqual(await reload(gateway, { backends: [url], admin: at('/b') }), { changes: [], deferred });
  assert.deepEqual(await reload(gateway, { backends: [url], admin: at('/a') }), {
    changes: [],
    deferred: [],
  });
});

test('a configuration whose listener cannot be bound is refused whole', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => taken.once('listening', resolve));
  t.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  const gateway = await startGateway(t, { backends: [a.url], queue: { length: 7 } });
  const before = shape(gateway);
  const free = { kind: 'tcp', host: '127.0.0.2', port: 0, text: '127.0.0.2:0' } as const;
  const text = `127.0.0.1:${port}`;
  const listen = [free, { kind: 'tcp', host: '127.0.0.1', port, text } as const];
  await assert.rejects(reload(gateway, { pools: { other: [b.url] }, listen }), {
    kind: 'refused',
    message: new RegExp(`^cannot listen on ${text}: the address is already in use; stop what listens there`),
  });
  assert.deepEqual(shape(gateway), before);
  assert.equal((await exchange(t, gateway.address, get())).text, 'a');
});

test('an address whose port the gateway has itself is refused with the remedy', async t => {
  const origin = await okBackend(t);
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => free.once('listening', resolve));
  const { port } = free.address() as { port: number };
  await new Promise(resolve => free.close(resolve));
  const listen = (host: string | undefined, text: string) => [{ kind: 'tcp', host, port, text } as const];
  const backends = [origin.url];
  const gateway = await startGateway(t, { backends, listen: listen('127.0.0.1', `127.0.0.1:${port}`) });
  await assert.rejects(reload(gateway, { backends, listen: listen('0.0.0.0', `0.0.0.0:${port}`) }), {
    message: new RegExp(
      `^cannot listen on 0.0.0.0:${port}: the address is already in use; this gateway listens on that port itself, as 127.0.0.1:${port}: a restart`,
    ),
  });
  assert.equal((await exchange(t, gateway.address, get())).text, 'ok');
});

/** All that a configuration decides. */
function shape(gateway: RunningGateway): unknown {
  const { pools, routes, listeners } = gateway.gateway.status();
  return {
    listeners: listeners.map(({ address }) => address),
    routes,
    pools: pools.map(({ name, balance, queueLength, endpoints }) => ({
      name,
      balance,
      queueLength,
      endpoints: endpoints.map(each => [each.name, each.state, each.weight, each.maxConns]),
    })),
    config: gateway.gateway.config,
  };
}

test('a reload makes true again what the file says, and leaves what an operator took out where it is', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const setting = { backends: [a.url, b.url], maxConns: 4 };
  const gateway = await startGateway(t, setting);
  const { pools } = gateway.gateway;
  const pool = pools.byName.get('default')!;
  pools.configure(pool, { ...pool.config, maxConns: 8 });
  pool.endpoints[1]!.disabled = true;
  assert.deepEqual(gateway.gateway.status().pools[0]!.changes, [
    'max-conns 8 (file: 4)',
    `disabled 127.0.0.1:${b.port}`,
  ]);
  const { changes } = await reload(gateway, setting);
  assert.deepEqual(changes, ['pool default: max-conns 8 (file: 4) is dropped']);
  assert.equal(endpoint(gateway, 'default', `127.0.0.1:${a.port}`).maxConns, 4);
  assert.deepEqual(gateway.gateway.status().pools[0]!.changes, [`disabled 127.0.0.1:${b.port}`]);
});

test('a reload without a difference says so and touches nothing', async t => {
  const a = await okBackend(t);
  const gateway = await startGateway(t, { backends: [a.url] });
  const client = await connect(t, gateway.address);
  await client.send(get()).response();
  assert.deepEqual(await reload(gateway, { backends: [a.url] }), { changes: [], deferred: [] });
  await client.send(get()).response();
  assert.equal(a.connections.length, 1);
  assert.ok(gateway.messages.some(({ message }) => message === 'reloaded: nothing is different'));
});

test('limits for clients and trusted proxies count from the next request on, on open connections as well', async t => {
  const origin = await backend(t, connection =>
    connection.always(request => ok(String(request.field('x-forwarded-for')))),
  );
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  const forwarded = get('/', 'X-Forwarded-For: 10.9.8.7');
  assert.equal((await client.send(forwarded).response()).text, '127.0.0.1');
  await reload(gateway, { backends: [origin.url], trustProxy: ['127.0.0.0/8'] });
  assert.equal((await exchange(t, gateway.address, forwarded)).text, '10.9.8.7, 127.0.0.1');
  assert.equal((await client.send(get()).response()).status, 200);
});

test('a hundred reloads in a row leave nothing behind', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const listen = [{ kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' } as const];
  const other = { kind: 'tcp', host: '127.0.0.2', port: 0, text: '127.0.0.2:0' } as const;
  const settings: Setting[] = [
    { backends: [a.url, b.url], listen },
    { pools: { x: [a.url], y: [b.url] }, routes: [{ pool: 'y' }], listen: [...listen, other] },
    { backends: [b.url], maxConns: 3, check: { interval: 60_000 }, listen },
    { backends: [a.url], pools: { x: [b.url] }, breaker: {}, listen },
  ];
  const gateway = await startGateway(t, settings[0]!);
  const clients = new Load(t, gateway.address, 2);
  await more(clients, 20);
  const resources = () => process.getActiveResourcesInfo().length;
  const most = resources();
  for (let i = 1; i <= 100; i++) await reload(gateway, settings[i % settings.length]!);
  await more(clients, 20);
  await clients.end();
  assert.deepEqual(clients.failures, []);
  const { pools, listeners } = gateway.gateway.status();
  assert.deepEqual(
    pools.map(({ endpoints }) => endpoints.length),
    [2],
  );
  await eventually('no listener is left', () => gateway.gateway.status().listeners.length === 1);
  assert.equal(listeners.length >= 1, true);
  await eventually(`no more than ${most} resources are left`, () => resources() <= most);
  const pool = gateway.gateway.pools.byName.get('default')!;
  assert.ok(pool.ledger.size <= 8, `the ledger has ${pool.ledger.size} rows`);
});

test('reloads that are asked for at the same time follow each other', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const gateway = await startGateway(t, { backends: [a.url] });
  await Promise.all([
    reload(gateway, { backends: [b.url] }),
    reload(gateway, { backends: [a.url, b.url] }),
    reload(gateway, { backends: [b.url], maxConns: 2 }),
  ]);
  assert.equal((await exchange(t, gateway.address, get())).text, 'b');
  assert.equal(endpoint(gateway, 'default', `127.0.0.1:${b.port}`).maxConns, 2);
});

test('a gateway that drains takes no new configuration', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  await eventually('the request is in flight', () => origin.requests.length === 1);
  const drained = gateway.gateway.drain();
  await assert.rejects(reload(gateway, { backends: [origin.url] }), {
    kind: 'refused',
    message: /about to end/,
  });
  origin.connections[0]!.send(ok());
  await client.response();
  await drained;
});
