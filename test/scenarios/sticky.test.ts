import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Backend, backend, ok, okBackend, silentBackend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { makeConfig } from '../support/config.ts';
import { cookieOf, keyFile } from '../support/cookies.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { serve } from '../support/serve-process.ts';
import { Generations } from '../support/upgrades.ts';

interface Sticky {
  readonly gateway: RunningGateway;
  readonly backends: Record<string, Backend>;
}

async function sticky(t: TestContext, setting = {}, names = ['a', 'b', 'c']): Promise<Sticky> {
  const backends: Record<string, Backend> = {};
  for (const name of names) backends[name] = await okBackend(t, name);
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    backends: names.map(name => `${backends[name]!.url},name=${name}`),
    balance: 'round-robin',
    sticky: { cookie: 'own' },
    ...setting,
  });
  return { gateway, backends };
}

/** The endpoint that a client with a cookie comes to, and the cookie that it has then. */
async function visit(
  t: TestContext,
  address: string,
  cookie?: string,
): Promise<[at: string, cookie: string]> {
  const lines = cookie === undefined ? [] : [`Cookie: ${cookie}`];
  const answer = await exchange(t, address, get('/', ...lines));
  return [answer.text, cookieOf(answer) ?? cookie ?? ''];
}

function moves({ messages }: RunningGateway): (string | number | boolean | undefined)[][] {
  return messages
    .filter(({ message }) => message === 'a session goes on elsewhere')
    .map(({ facts }) => [facts['from'], facts['to']]);
}

test('clients stay where they came to first while others are spread', async t => {
  const { gateway } = await sticky(t);
  const clients = await Promise.all([0, 1, 2].map(() => visit(t, gateway.address)));
  assert.deepEqual(clients.map(([at]) => at).sort(), ['a', 'b', 'c']);
  for (const [at, cookie] of clients)
    for (let i = 0; i < 3; i++) assert.deepEqual(await visit(t, gateway.address, cookie), [at, cookie]);
});

test('when its endpoint dies a session goes on elsewhere for good, with one line in the log', async t => {
  const { gateway, backends } = await sticky(t);
  const [home, cookie] = await visit(t, gateway.address);
  await backends[home]!.close();
  const [next, nextCookie] = await visit(t, gateway.address, cookie);
  assert.notEqual(next, home);
  assert.notEqual(nextCookie, cookie);
  for (let i = 0; i < 4; i++)
    assert.deepEqual(await visit(t, gateway.address, nextCookie), [next, nextCookie]);
  assert.deepEqual(moves(gateway), [[home, next]]);
});

test('an answer that took several tries brings the cookie of who gave it', async t => {
  const { gateway, backends } = await sticky(t, { health: { maxFails: 0 } });
  const [home, cookie] = await visit(t, gateway.address);
  await backends[home]!.close();
  const answer = await exchange(t, gateway.address, post('/', 'x', `Cookie: ${cookie}`));
  const given = cookieOf(answer);
  assert.equal((await gateway.ended(2))[1]!.attempts.length, 2);
  assert.deepEqual(await visit(t, gateway.address, given), [answer.text, given]);
});

test('who comes back to an endpoint that was drained meanwhile is there again, if it has not been elsewhere', async t => {
  const { gateway } = await sticky(t);
  const [home, cookie] = await visit(t, gateway.address);
  const endpoint = gateway.gateway.pools.byName.get('default')!.endpoints.find(({ name }) => name === home)!;
  endpoint.draining = true;
  const [other, otherCookie] = await visit(t, gateway.address, cookie);
  assert.notEqual(other, home);
  endpoint.draining = false;
  assert.deepEqual(await visit(t, gateway.address, cookie), [home, cookie]);
  assert.deepEqual(await visit(t, gateway.address, otherCookie), [other, otherCookie]);
});

test('a request waits for its own endpoint while that is full, and others are served elsewhere', async t => {
  const busy = await silentBackend(t);
  const free = await okBackend(t, 'free');
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    backends: [`${busy.url},name=busy,max-conns=1`, `${free.url},name=free`],
    balance: 'first',
    sticky: { cookie: 'own' },
  });
  const first = await connect(t, gateway.address);
  first.send(get());
  await eventually('it is at work', () => busy.requests.length === 1);
  (await busy.connection(0)).send(ok('busy'));
  const cookie = cookieOf(await first.response());
  first.send(get('/', `Cookie: ${cookie}`));
  await eventually('it is at work again', () => busy.requests.length === 2);
  const second = await connect(t, gateway.address);
  second.send(get('/', `Cookie: ${cookie}`));
  await eventually('another one waits', () => gateway.load().queued === 1);
  for (let i = 0; i < 3; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'free');
  assert.equal(gateway.load().queued, 1);
  (await busy.connection(0)).send(ok('busy'));
  await eventually('it is its turn', () => busy.requests.length === 3);
  (await busy.connection(0)).send(ok('busy'));
  const answer = await second.response();
  assert.deepEqual([answer.text, cookieOf(answer)], ['busy', undefined]);
});

test('an upgraded connection is led by its cookie, and brings one', async t => {
  const upgrading = (name: string) =>
    backend(t, async connection => {
      await connection.request();
      connection.send(`HTTP/1.1 101 ${name}\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n`);
    });
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    backends: [`${(await upgrading('a')).url},name=a`, `${(await upgrading('b')).url},name=b`],
    balance: 'round-robin',
    sticky: { cookie: 'own' },
  });
  const tunnelTo = async (...lines: string[]) => {
    const client = await connect(t, gateway.address);
    client.send(get('/', 'Connection: Upgrade', 'Upgrade: x', ...lines));
    return client.response();
  };
  const first = await tunnelTo();
  assert.equal(first.status, 101);
  for (let i = 0; i < 3; i++)
    assert.equal((await tunnelTo(`Cookie: ${cookieOf(first)}`)).reason, first.reason);
});

test('sessions outlast a reload that adds and removes other backends', async t => {
  const { gateway, backends } = await sticky(t, {}, ['a', 'b']);
  const [home, cookie] = await visit(t, gateway.address);
  const more = await okBackend(t, 'z');
  const { cookieKeyFile, listen } = gateway.gateway.config;
  await gateway.gateway.reload(
    makeConfig({
      cookieKeyFile,
      listen,
      backends: [`${more.url},name=z`, `${backends[home]!.url},name=${home}`],
      balance: 'round-robin',
      sticky: { cookie: 'own' },
    }),
  );
  for (let i = 0; i < 3; i++) assert.deepEqual(await visit(t, gateway.address, cookie), [home, cookie]);
});

test('a reload turns sessions on and off', async t => {
  const { gateway, backends } = await sticky(t, { sticky: undefined });
  assert.deepEqual((await visit(t, gateway.address))[1], '');
  const { listen } = gateway.gateway.config;
  const setting = {
    listen,
    cookieKeyFile: keyFile(t),
    backends: Object.entries(backends).map(([name, { url }]) => `${url},name=${name}`),
  };
  await gateway.gateway.reload(makeConfig({ ...setting, sticky: { cookie: 'own' } }));
  const [home, cookie] = await visit(t, gateway.address);
  assert.deepEqual(await visit(t, gateway.address, cookie), [home, cookie]);
  await gateway.gateway.reload(makeConfig(setting));
  assert.equal(cookieOf(await exchange(t, gateway.address, get())), undefined);
});

test('addresses of a name that come and go take along none but their own sessions', async t => {
  const { gateway } = await sticky(t);
  const pool = gateway.gateway.pools.byName.get('default')!;
  const clients = await Promise.all([0, 1, 2].map(() => visit(t, gateway.address)));
  const [[gone, cookie], ...others] = clients as [[string, string], ...[string, string][]];
  const leaver = pool.endpoints.find(({ name }) => name === gone)!;
  const { backend: config, place } = leaver;
  pool.leave(leaver, 'its name stands for it no more');
  for (const [at, theirs] of others) assert.deepEqual(await visit(t, gateway.address, theirs), [at, theirs]);
  assert.notEqual((await visit(t, gateway.address, cookie))[0], gone);
  pool.join(config, place);
  assert.deepEqual(await visit(t, gateway.address, cookie), [gone, cookie]);
});

test('sessions and their key outlast a restart and an upgrade, and the key is made once', async t => {
  const backends = [await okBackend(t, 'a'), await okBackend(t, 'b'), await okBackend(t, 'c')];
  const flags = [
    ...backends.flatMap(({ url }) => ['--backend', url]),
    ...['--balance', 'round-robin', '--sticky', 'cookie:own', '--access-log', 'off'],
    ...['--cookie-key-file', `${keyFile(t)}-made`],
  ];
  const first = await serve(t, ...flags);
  const clients = await Promise.all([0, 1, 2].map(() => visit(t, first.address)));
  first.kill('SIGTERM');
  await first.exited;
  const second = await serve(t, ...flags);
  const generations = new Generations(t, second);
  for (const [at, cookie] of clients) assert.deepEqual(await visit(t, second.address, cookie), [at, cookie]);
  await generations.upgrade();
  for (const [at, cookie] of clients) assert.deepEqual(await visit(t, second.address, cookie), [at, cookie]);
  generations.kill('SIGTERM');
});
