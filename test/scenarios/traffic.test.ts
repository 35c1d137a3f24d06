import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { PoolStatus } from '../../src/pool/status.ts';
import { Prng } from '../fuzz/prng.ts';
import { type Backend, type BackendConnection, backend, ok, okBackend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { makeConfig } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { Load } from '../support/load.ts';
import { scgiApp } from '../support/scgi-app.ts';
import { add, assertExact, outcomes, type Tally } from '../support/tally.ts';
import { makeTree } from '../support/tree.ts';
import { closedPort } from '../support/unreachable.ts';

const CLIENTS = 40;
const EACH = 30;

const SIZES = [0, 1, 500, 20_000, 200_000];

/** What the clients of one pool were given, as they counted it themselves. */
class Given implements Tally {
  readonly answers: Record<string, number> = {};
  readonly errors: Record<string, number> = {};
  requestBytes = 0;
  answerBytes = 0;
  retries = 0;
  attempts = 0;
  tunnels = 0;
  redirected = 0;
}

/** A request, and what its client is given for it. */
type Deed = (t: TestContext, given: Given, dice: Prng, id: string) => Promise<void>;

function deeds(gateway: RunningGateway, hanging: Set<string>): Deed[] {
  const { address } = gateway;
  return [
    async (t, given, dice) => {
      const [status, size] = [dice.pick([200, 201, 302, 404, 500]), dice.pick(SIZES)];
      const answer = await exchange(t, address, get(`/plain/status/${status}/${size}`));
      assert.deepEqual([answer.status, answer.body.length], [status, size]);
      add(given.answers, `${Math.floor(status / 100)}xx`);
      given.answerBytes += size;
      given.attempts++;
    },
    async (t, given, dice) => {
      const body = 'b'.repeat(dice.pick(SIZES));
      assert.equal((await exchange(t, address, post('/plain/echo', body))).text, body);
      add(given.answers, '2xx');
      given.requestBytes += body.length;
      given.answerBytes += body.length;
      given.attempts++;
    },
    async (t, given, _, id) => {
      assert.equal((await exchange(t, address, get(`/plain/flaky/${id}`))).text, 'again');
      add(given.answers, '2xx');
      given.answerBytes += 5;
      given.retries++;
      given.attempts += 2;
    },
    async (t, given, _, id) => {
      const client = await connect(t, address);
      client.send(get(`/plain/hang/${id}`));
      await eventually('the backend has the request', () => hanging.has(id));
      client.reset();
      add(given.errors, 'client_gone');
      given.attempts++;
    },
    async (t, given) => {
      const client = await connect(t, address);
      client.send(get('/plain/cut'));
      assert.match(await client.rest(), /\r\n\r\npart$/);
      add(given.errors, 'http_response_incomplete');
      given.answerBytes += 4;
      given.attempts++;
    },
    async (t, given) => {
      const client = await connect(t, address);
      client.send(get('/plain/tunnel', 'Connection: Upgrade', 'Upgrade: x'));
      assert.equal((await client.response()).status, 101);
      client.send('there').halfClose();
      assert.equal(await client.rest(), 'and back');
      add(given.answers, '1xx');
      given.requestBytes += 5;
      given.answerBytes += 8;
      given.tunnels++;
      given.attempts++;
    },
    async (t, given) => {
      const answer = await exchange(t, address, post('/app/lead', 'form'));
      assert.equal(answer.text, 'landed');
      add(given.answers, '2xx');
      given.redirected++;
      given.answerBytes += 6;
    },
  ];
}

/** Answers by what the path says. */
async function answerBy(
  connection: BackendConnection,
  seen: Set<string>,
  hanging: Set<string>,
): Promise<void> {
  for (;;) {
    const request = await connection.request();
    const [, , what, word = '', size = ''] = request.target.split('/');
    if (what === 'status') connection.send(ok('x'.repeat(Number(size))).replace('200 OK', `${word} Word`));
    else if (what === 'echo') connection.send(ok(request.text));
    else if (what === 'landing') connection.send(ok('landed'));
    else if (what === 'flaky' && !seen.has(word)) {
      seen.add(word);
      connection.send('HTTP/1.1 503 Busy\r\nContent-Length: 3\r\n\r\nno!');
    } else if (what === 'flaky') connection.send(ok('again'));
    else if (what === 'hang') hanging.add(word);
    else if (what === 'cut') {
      connection.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart').close();
      return;
    } else {
      connection.send('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      await connection.until('there');
      connection.send('and back').halfClose();
    }
  }
}

function play(t: TestContext, seen: Set<string>, hanging: Set<string>): Promise<Backend> {
  return backend(t, connection => answerBy(connection, seen, hanging));
}

test('every exchange and every attempt is counted once, as the clients count them (40)', async t => {
  const [seen, hanging] = [new Set<string>(), new Set<string>()];
  const origins = [await play(t, seen, hanging), await play(t, seen, hanging)];
  const app = await scgiApp(t, () => 'Location: /plain/landing\r\n\r\n');
  const gateway = await startGateway(t, {
    pools: { plain: origins.map(({ url }) => url), app: [app.url] },
    routes: [
      { pool: 'plain', path: '/plain/*' },
      { pool: 'app', path: '/app/*' },
    ],
    health: { maxFails: 0 },
    retry: { attempts: 2, budget: 1, on: ['connect', 'reused', '503'] },
  });
  const given = new Given();
  const choices = deeds(gateway, hanging);
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    const dice = new Prng(client);
    for (let i = 0; i < EACH; i++) await dice.pick(choices)(t, given, dice, `${client}-${i}`);
  });
  await Promise.all(clients);
  await eventually('all clients have gone', () => gateway.clients === 0);
  assertExact(gateway);
  const { traffic, pools } = gateway.gateway.status();
  assert.equal(traffic.ended, CLIENTS * EACH);
  assert.deepEqual(outcomes(traffic), { answers: given.answers, errors: given.errors });
  const [plain, led] = pools as [PoolStatus, PoolStatus];
  assert.equal(plain.exchanges.ended, CLIENTS * EACH, 'a redirected exchange ends where it went');
  assert.equal(led.exchanges.redirected, given.redirected);
  assert.equal(led.exchanges.requestBytes, 4 * given.redirected);
  assert.equal(plain.exchanges.requestBytes, given.requestBytes);
  assert.equal(plain.exchanges.answerBytes, given.answerBytes);
  assert.equal(plain.exchanges.retries, given.retries);
  assert.deepEqual(plain.exchanges.tunnels, { open: 0, total: given.tunnels });
  assert.equal(plain.attempts.ended, given.attempts + given.redirected);
  assert.equal(plain.attempts.answerBytes, given.answerBytes, 'an answer that is not wanted is not read');
  assert.equal(plain.attempts.requestBytes, given.requestBytes);
  assert.equal(plain.attempts.errors.http_response_incomplete, given.errors.http_response_incomplete);
});

test('what never reaches a backend is counted where it was turned away', async t => {
  const origin = await backend(t, async connection => {
    for (;;) await connection.request();
  });
  const gateway = await startGateway(t, {
    pools: { narrow: [`${origin.url},max-conns=1`], dead: [await closedPort()] },
    routes: [
      { pool: 'narrow', path: '/narrow' },
      { pool: 'dead', path: '/dead' },
    ],
    queue: { length: 0 },
    retry: { attempts: 2, budget: 1 },
  });
  const holder = await connect(t, gateway.address);
  holder.send(get('/narrow'));
  await eventually('the only slot is taken', () => gateway.load().inFlight === 1);
  for (let i = 0; i < 3; i++) assert.equal((await exchange(t, gateway.address, get('/narrow'))).status, 503);
  for (let i = 0; i < 2; i++) assert.equal((await exchange(t, gateway.address, get('/dead'))).status, 502);
  assert.equal((await exchange(t, gateway.address, get('/elsewhere'))).status, 404);
  assert.equal((await exchange(t, gateway.address, 'nonsense\r\n\r\n')).status, 400);
  holder.reset();
  await eventually('all clients have gone', () => gateway.clients === 0);
  assertExact(gateway);
  const { traffic, pools } = gateway.gateway.status();
  assert.equal(traffic.ended, 8);
  assert.deepEqual([traffic.errors.no_route, traffic.errors.http_request_error], [1, 1]);
  const [narrow, dead] = pools as [PoolStatus, PoolStatus];
  assert.deepEqual(outcomes(narrow.exchanges).errors, { connection_limit_reached: 3, client_gone: 1 });
  assert.equal(narrow.exchanges.refused, 3);
  assert.deepEqual(outcomes(narrow.attempts), { answers: {}, errors: { client_gone: 1 } });
  assert.deepEqual(outcomes(dead.exchanges).errors, { connection_refused: 2 });
  assert.deepEqual(outcomes(dead.attempts).errors, { connection_refused: 6 });
  assert.deepEqual(dead.attempts.connections, { opened: 6, reused: 0, failed: 6 });
});

test('files of a site are exchanges of their pool, and attempts of nobody', async t => {
  const origin = await okBackend(t);
  const root = makeTree(t, { 'a.txt': 'twelve bytes', 'long.txt': 'x'.repeat(300_000) });
  const gateway = await startGateway(t, { backends: [origin.url], site: { root, try: ['{path}', '=404'] } });
  assert.equal((await exchange(t, gateway.address, get('/a.txt'))).status, 200);
  assert.equal((await exchange(t, gateway.address, get('/long.txt'))).body.length, 300_000);
  assert.equal((await exchange(t, gateway.address, get('/none.txt'))).status, 404);
  await eventually('all clients have gone', () => gateway.clients === 0);
  assertExact(gateway);
  const [pool] = gateway.gateway.status().pools;
  assert.deepEqual(outcomes(pool!.exchanges), { answers: { '2xx': 2 }, errors: { not_found: 1 } });
  assert.equal(pool!.attempts.ended, 0);
});

test('a tunnel and a download show while they last', async t => {
  const origin = await backend(t, async connection => {
    const { target } = await connection.request();
    if (target === '/long') connection.send(`HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart`);
    else {
      connection.send('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello');
      await connection.until('there');
    }
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const [tunnel, download] = [await connect(t, gateway.address), await connect(t, gateway.address)];
  tunnel.send(get('/x', 'Connection: Upgrade', 'Upgrade: x'));
  await tunnel.until('hello');
  tunnel.send('there');
  download.send(get('/long'));
  await download.until('part');
  const status = () => gateway.gateway.status();
  await eventually('what the client sent has been counted', () => status().traffic.requestBytes === 5);
  const { traffic, pools } = status();
  assert.deepEqual([traffic.ended, traffic.answerBytes], [0, 9]);
  assert.deepEqual(traffic.tunnels, { open: 1, total: 1 });
  const [endpoint] = pools[0]!.endpoints;
  assert.deepEqual([endpoint!.tunnels, endpoint!.inFlight], [1, 2]);
  assert.deepEqual([endpoint!.attempts.answerBytes, endpoint!.attempts.requestBytes], [9, 5]);
});

test('what was counted at endpoints and pools that are gone stays counted', async t => {
  const origins = [await okBackend(t), await okBackend(t), await okBackend(t)];
  const [a, b, c] = origins.map(({ url }) => url) as [string, string, string];
  const settings = [
    { pools: { one: [a, b] }, routes: [{ pool: 'one' }] },
    { pools: { one: [b], two: [c] }, routes: [{ pool: 'two' }] },
    { pools: { two: [c, a] }, routes: [{ pool: 'two' }] },
    { pools: { one: [a] }, routes: [{ pool: 'one' }] },
  ];
  const gateway = await startGateway(t, settings[0]!);
  const clients = new Load(t, gateway.address, 8);
  for (const setting of settings) {
    await gateway.gateway.reload(makeConfig(setting));
    const goal = clients.answered + 200;
    await eventually('more requests are answered', () => clients.answered >= goal);
  }
  await clients.end();
  await eventually('all clients have gone', () => gateway.clients === 0);
  await eventually('old pools are gone', () => gateway.gateway.status().pools.length === 1);
  const { traffic } = gateway.gateway.status();
  assert.deepEqual(clients.failures, []);
  assert.equal(traffic.ended, clients.answered);
  assert.equal(traffic.answers['2xx'], clients.answered);
  assert.equal(traffic.latency.whole!.count <= clients.answered, true);
  assert.equal(
    clients.answered,
    origins.reduce((sum, { requests }) => sum + requests.length, 0),
  );
});

test('those who leave a pool leave their attempts there', async t => {
  const origins = [await okBackend(t), await okBackend(t)];
  const gateway = await startGateway(t, { backends: origins.map(({ url }) => url), balance: 'round-robin' });
  for (let i = 0; i < 10; i++) await exchange(t, gateway.address, get());
  await gateway.gateway.reload(makeConfig({ backends: [origins[1]!.url] }));
  for (let i = 0; i < 5; i++) await exchange(t, gateway.address, get());
  await eventually('it has left', () => gateway.gateway.status().pools[0]!.endpoints.length === 1);
  const [pool] = gateway.gateway.status().pools;
  assert.equal(pool!.endpoints[0]!.attempts.ended, 10);
  assert.equal(pool!.attempts.ended, 15);
});

test('who waits at a gate is counted, and for how long', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const [pool] = [...gateway.gateway.pools.byName.values()];
  pool!.gate.holdBy('/some/file');
  const client = await connect(t, gateway.address);
  client.send(get());
  await eventually('it waits', () => gateway.gateway.status().pools[0]!.hold?.waiting === 1);
  pool!.gate.holdBy('');
  assert.equal((await client.response()).status, 200);
  const { held, latency } = gateway.gateway.status().traffic;
  assert.equal(held, 1);
  assert.ok(latency.queue!.max > 0 && latency.whole!.max >= latency.queue!.max);
});
