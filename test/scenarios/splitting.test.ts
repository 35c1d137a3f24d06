import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Backend, backend, fixedBackend, ok, okBackend, silentBackend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { makeConfig, type RouteSetting, type Setting } from '../support/config.ts';
import { cookieOf, keyFile } from '../support/cookies.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { socketPath } from '../support/socket-path.ts';
import { closedPort } from '../support/unreachable.ts';

function request(method: string, ...lines: string[]): string {
  return [`${method} / HTTP/1.1`, 'Host: example.com', 'Content-Length: 0', ...lines, '', ''].join('\r\n');
}

/** A primary and replicas, by a route. */
async function split(
  t: TestContext,
  replicas: readonly string[],
  route: RouteSetting = {},
  primary?: Backend,
): Promise<{ gateway: RunningGateway; primary: Backend }> {
  const main = primary ?? (await okBackend(t, 'primary'));
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    pools: { db: [main.url], copies: replicas },
    routes: [{ pool: 'db', reads: 'copies', readYourWrites: 60_000, ...route }],
  });
  return { gateway, primary: main };
}

test('GET and HEAD go to the replicas, and all else to the primary', async t => {
  const replica = await okBackend(t, 'replica');
  const { gateway, primary } = await split(t, [replica.url]);
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'get'];
  const marked: string[] = [];
  for (const method of methods) {
    const answer = await exchange(t, gateway.address, request(method));
    if (cookieOf(answer) !== undefined) marked.push(method);
  }
  assert.deepEqual(
    replica.requests.map(({ method }) => method),
    ['GET', 'HEAD'],
  );
  assert.equal(primary.requests.length, 8);
  assert.deepEqual(marked, ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'get'], 'what may have written');
});

test('what is upgraded goes to the primary, for it can carry anything', async t => {
  const primary = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
  });
  const { gateway } = await split(t, [await closedPort()], {}, primary);
  const client = await connect(t, gateway.address);
  client.send(get('/', 'Connection: Upgrade', 'Upgrade: x'));
  assert.equal((await client.response()).status, 101);
});

for (const [status, told] of [
  [200, true],
  [303, true],
  [400, false],
  [404, false],
  [409, false],
  [500, true],
] as const) {
  test(`a write that was answered ${status} ${told ? 'may have happened' : 'has not happened'}`, async t => {
    const primary = await fixedBackend(t, `HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`);
    const { gateway } = await split(t, [await closedPort()], {}, primary);
    const answer = await exchange(t, gateway.address, post('/', 'x'));
    assert.equal(answer.status, status);
    assert.equal(cookieOf(answer) !== undefined, told);
  });
}

test('a write that was tried again has its mark, even if the second try finds it done already', async t => {
  const dead = await backend(t, async connection => {
    await connection.request();
    connection.close();
  });
  const second = await fixedBackend(t, 'HTTP/1.1 409 X\r\nContent-Length: 0\r\n\r\n');
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    balance: 'first',
    retry: { on: ['connect', 'terminated'] },
    pools: { db: [dead.url, second.url], copies: [await closedPort()] },
    routes: [{ pool: 'db', reads: 'copies', readYourWrites: 60_000 }],
  });
  const answer = await exchange(t, gateway.address, request('PUT'));
  assert.deepEqual([answer.status, cookieOf(answer) !== undefined], [409, true]);
});

test('a write whose answer does not come may have happened, and one that was not sent has not', async t => {
  const silent = await silentBackend(t);
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    timeouts: { response: 50 },
    pools: { db: [silent.url], off: [await closedPort()], copies: [(await okBackend(t)).url] },
    routes: [
      { pool: 'off', path: '/off', reads: 'copies', readYourWrites: 60_000 },
      { pool: 'db', reads: 'copies', readYourWrites: 60_000 },
    ],
  });
  const lost = await exchange(t, gateway.address, post('/', 'x'));
  assert.deepEqual([lost.status, cookieOf(lost) !== undefined], [504, true]);
  const unsent = await exchange(t, gateway.address, post('/off', 'x'));
  assert.deepEqual([unsent.status, cookieOf(unsent)], [502, undefined]);
});

test('without a time for it nobody is marked, and no cookie is needed', async t => {
  const replica = await okBackend(t, 'replica');
  const { gateway } = await split(t, [replica.url], { readYourWrites: 0 });
  assert.equal(cookieOf(await exchange(t, gateway.address, post('/', 'x'))), undefined);
});

test('a page that the answer to a write leads to, within the gateway, is read where was written', async t => {
  const primary = await backend(t, connection =>
    connection.always(({ method }) =>
      method === 'POST' ? ok('', 'X-Accel-Redirect: /page') : ok('primary'),
    ),
  );
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    pools: { db: [primary.url], copies: [(await okBackend(t, 'replica')).url] },
    routes: [{ name: 'app', pool: 'db', reads: 'copies', readYourWrites: 60_000 }],
    directs: { accelRoutes: ['app'] },
  });
  const answer = await exchange(t, gateway.address, post('/', 'x'));
  assert.equal(answer.text, 'primary');
  assert.notEqual(cookieOf(answer), undefined);
});

test('who writes by one route reads its writes by another', async t => {
  const [primary, replica] = [await okBackend(t, 'primary'), await okBackend(t, 'replica')];
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    pools: { db: [primary.url], copies: [replica.url] },
    routes: [
      { pool: 'db', path: '/api/*' },
      { pool: 'db', reads: 'copies', readYourWrites: 60_000 },
    ],
  });
  const mark = cookieOf(await exchange(t, gateway.address, post('/api/x', 'x')));
  assert.equal((await exchange(t, gateway.address, get('/'))).text, 'replica');
  assert.equal((await exchange(t, gateway.address, get('/', `Cookie: ${mark}`))).text, 'primary');
});

test('while no replica is up the primary is read, and the log says when that begins and ends', async t => {
  const replicas = [await okBackend(t, 'replica'), await okBackend(t, 'replica')];
  const { gateway } = await split(
    t,
    replicas.map(({ url }) => url),
  );
  const endpoints = gateway.gateway.pools.byName.get('copies')!.endpoints;
  for (const endpoint of endpoints) endpoint.disabled = true;
  for (let i = 0; i < 3; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'primary');
  for (const endpoint of endpoints) endpoint.disabled = false;
  for (let i = 0; i < 3; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'replica');
  assert.deepEqual(
    gateway.messages.filter(({ message }) => message.includes('fallback')),
    [
      {
        level: 'warn',
        message: 'pool has no endpoint: requests go to its fallback',
        facts: { pool: 'copies', fallback: 'db', reason: 'nothing is up in it' },
      },
      {
        level: 'info',
        message: 'pool serves again: requests go to its fallback no more',
        facts: { pool: 'copies' },
      },
    ],
  );
});

test('replicas that rest are tried again by a read, so that they come back', async t => {
  const [primary, replica] = [await okBackend(t, 'primary'), await okBackend(t, 'replica')];
  const gateway = await startGateway(t, {
    pools: { db: [primary.url], copies: [replica.url, await closedPort()] },
    routes: [{ pool: 'db', reads: 'copies' }],
    health: { failTimeout: 20 },
  });
  const pool = gateway.gateway.pools.byName.get('copies')!;
  pool.endpoints[1]!.disabled = true;
  pool.endpoints[0]!.failed('connection_refused');
  assert.equal(pool.serves, false, 'it rests');
  let text = '';
  for (let i = 0; i < 500 && text !== 'replica'; i++) ({ text } = await exchange(t, gateway.address, get()));
  assert.equal(text, 'replica');
});

test('when the only replica dies no read fails: it goes to the primary', async t => {
  const [primary, replica] = [await okBackend(t, 'primary'), await okBackend(t, 'replica')];
  const { gateway } = await split(t, [replica.url], {}, primary);
  await replica.close();
  for (let i = 0; i < 5; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'primary');
  assert.deepEqual(
    gateway.records.map(({ attempts }) => attempts.length),
    [4, 1, 1, 1, 1],
    'it is not asked again by each',
  );
});

function canaryOf(share: number): RouteSetting {
  return {
    pool: 'stable',
    canary: { pool: 'next', share, by: { kind: 'header', name: 'X-User' }, header: 'X-Canary' },
  };
}

test('a canary that grows by reloads keeps whom it has, and a field comes before the share', async t => {
  const pools = { stable: [(await okBackend(t, 'stable')).url], next: [(await okBackend(t, 'next')).url] };
  const setting = (share: number): Setting => ({ pools, routes: [canaryOf(share)] });
  const gateway = await startGateway(t, setting(0));
  const side = async (user: number, ...lines: string[]) =>
    (await exchange(t, gateway.address, get('/', `X-User: u${user}`, ...lines))).text;
  const users = Array.from({ length: 40 }, (_, i) => i);
  let before: number[] = [];
  for (const share of [0, 0.3, 0.6, 1]) {
    await gateway.gateway.reload(makeConfig({ ...setting(share), listen: gateway.gateway.config.listen }));
    const now: number[] = [];
    for (const user of users) if ((await side(user)) === 'next') now.push(user);
    assert.deepEqual(
      before.filter(user => !now.includes(user)),
      [],
    );
    assert.ok(now.length > before.length || share === 0, `${now.length} at ${share}`);
    before = now;
    assert.equal(await side(1, 'X-Canary: always'), 'next');
    assert.equal(await side(1, 'X-Canary: never'), 'stable');
  }
  assert.equal(before.length, users.length);
});

test('a canary that is dead takes nobody with it but those that ask for it', async t => {
  const gateway = await startGateway(t, {
    pools: { stable: [(await okBackend(t, 'stable')).url], next: [await closedPort()] },
    routes: [canaryOf(1)],
  });
  for (const endpoint of gateway.gateway.pools.byName.get('next')!.endpoints) endpoint.disabled = true;
  assert.equal((await exchange(t, gateway.address, get('/', 'X-User: a'))).text, 'stable');
  assert.equal((await exchange(t, gateway.address, get('/', 'X-Canary: always'))).status, 503);
});

test('no request fails while a canary is dead, however often it is tried, and the log says so once', async t => {
  const path = socketPath(t);
  const gateway = await startGateway(t, {
    pools: { stable: [(await okBackend(t, 'stable')).url], next: [`http+unix://${path}`] },
    routes: [canaryOf(1)],
    health: { failTimeout: 10 },
  });
  const side = async () => (await exchange(t, gateway.address, post('/', 'x', 'X-User: a'))).text;
  const failures = () =>
    gateway.records.flatMap(({ attempts }) => attempts).filter(({ reason }) => reason !== '');
  while (failures().length < 6) assert.equal(await side(), 'stable');
  const said = () => gateway.messages.filter(({ message }) => message.startsWith('pool ')).length;
  assert.equal(said(), 1);
  assert.equal((await exchange(t, gateway.address, get('/', 'X-Canary: always'))).status, 502);
  await backend(t, connection => connection.always(ok('next')), path);
  while ((await side()) !== 'next');
  assert.equal(said(), 2);
});

test('a route is held for all its branches, and each request goes on to where it was to go', async t => {
  const [primary, replica] = [await okBackend(t, 'primary'), await okBackend(t, 'replica')];
  const { gateway } = await split(t, [replica.url], {}, primary);
  gateway.gateway.holds.hold({ target: 'route-1' });
  const answers = [exchange(t, gateway.address, get()), exchange(t, gateway.address, post('/', 'x'))];
  await eventually('both wait', () => gateway.gateway.status().routes[0]!.hold?.waiting === 2);
  gateway.gateway.holds.resume({ target: 'route-1' });
  assert.deepEqual(
    (await Promise.all(answers)).map(({ text }) => text),
    ['replica', 'primary'],
  );
});

test('what waits while a reload exchanges the replicas goes on to the new ones, and writes to the primary', async t => {
  const [old, fresh] = [await okBackend(t, 'old'), await okBackend(t, 'new')];
  const { gateway, primary } = await split(t, [old.url]);
  gateway.gateway.holds.hold({ target: 'route-1' });
  const answers = [exchange(t, gateway.address, get()), exchange(t, gateway.address, post('/', 'x'))];
  await eventually('both wait', () => gateway.gateway.status().routes[0]!.hold?.waiting === 2);
  await gateway.gateway.reload(
    makeConfig({
      cookieKeyFile: gateway.gateway.config.cookieKeyFile,
      listen: gateway.gateway.config.listen,
      pools: { db: [primary.url], mirrors: [fresh.url] },
      routes: [{ pool: 'db', reads: 'mirrors', readYourWrites: 60_000 }],
    }),
  );
  assert.equal(gateway.gateway.status().routes[0]!.hold?.waiting, 2);
  gateway.gateway.holds.resume({ target: 'route-1' });
  assert.deepEqual(
    (await Promise.all(answers)).map(({ text }) => text),
    ['new', 'primary'],
  );
});

test('who waits for a held route to become quiet waits for its branches too', async t => {
  const replica = await silentBackend(t);
  const { gateway } = await split(t, [replica.url]);
  const client = await connect(t, gateway.address);
  client.send(get());
  await eventually('it is at work', () => replica.requests.length === 1);
  gateway.gateway.holds.hold({ target: 'route-1' });
  const quiet = gateway.gateway.holds.quiet('route-1', 1, new AbortController().signal);
  assert.deepEqual(await quiet, { inFlight: 1, tunnels: 0 });
  gateway.gateway.holds.hold({ target: 'db' });
  const still = gateway.gateway.holds.quiet('route-1', 1, new AbortController().signal);
  assert.deepEqual(await still, { inFlight: 1, tunnels: 0 });
  (await replica.connection(0)).send(ok('late'));
  await client.response();
  const then = gateway.gateway.holds.quiet('route-1', 5000, new AbortController().signal);
  assert.deepEqual(await then, { inFlight: 0, tunnels: 0 });
});
