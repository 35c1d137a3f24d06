import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backend, echoBackend, fixedBackend, ok, okBackend, silentBackend } from '../support/backend.ts';
import { connect, exchange, get, post, postChunked } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { Holding } from '../support/held.ts';
import { Load } from '../support/load.ts';
import { scgiApp } from '../support/scgi-app.ts';
import { socketPath } from '../support/socket-path.ts';
import { assertExact } from '../support/tally.ts';
import { closedPort } from '../support/unreachable.ts';

/** What has been said about fallbacks. */
function said(gateway: RunningGateway): string[] {
  return gateway.messages
    .filter(({ message }) => message.includes('fallback'))
    .map(({ message }) => message.split(':')[0]!);
}

function poolOf(gateway: RunningGateway, name: string) {
  return gateway.gateway.status().pools.find(pool => pool.name === name)!;
}

/** A backend on a socket whose path another one can take after it. */
function atPath(t: TestContext, path: string) {
  return backend(t, connection => connection.always(ok('main')), path);
}

test('the fallback serves while the main pool is dead, and no longer once it is back; both is said once', async t => {
  const path = socketPath(t);
  const first = await atPath(t, path);
  const reserve = await okBackend(t, 'reserve');
  const gateway = await startGateway(t, {
    backends: [`http+unix://${path}`],
    pools: { reserve: [reserve.url] },
    fallback: 'reserve',
    health: { failTimeout: 50 },
  });
  const load = new Load(t, gateway.address, 8);
  await eventually('the main pool serves', () => load.answered > 50);
  await first.close();
  await eventually('the reserve serves', () => reserve.requests.length > 200);
  assert.equal(poolOf(gateway, 'default').fallback?.active, true);
  const second = await atPath(t, path);
  await eventually('the main pool serves again', () => second.requests.length > 50);
  const served = reserve.requests.length;
  await eventually('the main pool goes on', () => second.requests.length > 200);
  await load.end();
  // A request that was under way when the backend was closed is not sent twice unless that is safe.
  assert.deepEqual(
    load.failures.filter(words => !words.includes('502')),
    [],
  );
  assert.ok(reserve.requests.length - served < 10, 'nothing of note goes to the reserve any more');
  assert.deepEqual(said(gateway), ['pool has no endpoint', 'pool serves again']);
  await eventually('all is counted', () => gateway.gateway.status().exchanges.underWay === 0);
  const { fallback } = poolOf(gateway, 'default');
  assert.deepEqual(fallback, { pool: 'reserve', active: false, exchanges: reserve.requests.length });
  assertExact(gateway);
});

for (const [what, request] of [
  ['a GET', get()],
  ['a POST with its body', post('/', 'x'.repeat(30_000))],
] as const) {
  test(`${what} that every endpoint refuses goes on at the fallback`, async t => {
    const reserve = await echoBackend(t);
    const gateway = await startGateway(t, {
      backends: [await closedPort(), await closedPort()],
      pools: { reserve: [reserve.url] },
      fallback: 'reserve',
    });
    const answer = await exchange(t, gateway.address, request);
    assert.equal(answer.status, 200);
    assert.equal(answer.body.length, request.startsWith('POST') ? 30_000 : 0);
    const [record] = await gateway.ended(1);
    assert.deepEqual(
      record!.attempts.map(({ reason }) => reason),
      ['connection_refused', 'connection_refused', ''],
    );
    assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
    assertExact(gateway);
  });
}

test('a body that is on its way to the gateway goes on to the fallback, too', async t => {
  const reserve = await echoBackend(t);
  const gateway = await startGateway(t, {
    backends: [await closedPort()],
    pools: { reserve: [reserve.url] },
    fallback: 'reserve',
  });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n');
  client.send('a'.repeat(10_000));
  await eventually('the reserve is asked', () => reserve.connections.length === 1);
  client.send('b'.repeat(190_000));
  const { body } = await client.response('POST');
  assert.equal(body.length, 200_000);
  assert.equal(body.indexOf('b'), 10_000);
});

test('an endpoint that an operator has disabled is no endpoint', async t => {
  const main = await okBackend(t, 'main');
  const reserve = await okBackend(t, 'reserve');
  const gateway = await startGateway(t, {
    backends: [main.url],
    pools: { reserve: [reserve.url] },
    fallback: 'reserve',
  });
  const [pool] = gateway.gateway.pools.all;
  pool!.endpoints[0]!.disabled = true;
  assert.equal((await exchange(t, gateway.address, get())).text, 'reserve');
  pool!.endpoints[0]!.disabled = false;
  assert.equal((await exchange(t, gateway.address, get())).text, 'main');
});

test('a pool that is merely full has endpoints: what finds its queue full is refused', async t => {
  const main = await silentBackend(t);
  const reserve = await okBackend(t, 'reserve');
  const gateway = await startGateway(t, {
    backends: [main.url],
    pools: { reserve: [reserve.url] },
    fallback: 'reserve',
    maxConns: 1,
    queue: { length: 0 },
  });
  (await connect(t, gateway.address)).send(get());
  await eventually('the only slot is taken', () => main.requests.length === 1);
  assert.equal((await exchange(t, gateway.address, get())).status, 503);
  assert.equal(reserve.requests.length, 0);
});

test('while the breaker of the main pool is open the fallback serves', async t => {
  const main = await fixedBackend(t, 'HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n');
  const reserve = await okBackend(t, 'reserve');
  const gateway = await startGateway(t, {
    backends: [main.url],
    pools: { reserve: [reserve.url] },
    fallback: 'reserve',
    breaker: { minimum: 1, errors: 0.5, rest: 60_000 },
  });
  assert.equal((await exchange(t, gateway.address, get())).status, 500);
  assert.equal((await exchange(t, gateway.address, get())).text, 'reserve');
});

test('the fallback may speak another protocol than the pool, and takes the body in that it has to know the length of', async t => {
  const { url, requests } = await scgiApp(t);
  const gateway = await startGateway(t, {
    backends: [await closedPort()],
    pools: { reserve: [url] },
    fallback: 'reserve',
  });
  assert.equal((await exchange(t, gateway.address, postChunked('/form', ['ab', 'c']))).status, 200);
  assert.equal(requests[0]!.get('CONTENT_LENGTH'), '3');
  assertExact(gateway);
});

test('a last resort that is asked for is tried first, by each request', async t => {
  const reserve = await okBackend(t, 'reserve');
  const gateway = await startGateway(t, {
    backends: [await closedPort()],
    pools: { reserve: [reserve.url] },
    fallback: 'reserve',
    health: { allDown: 'last-resort', failTimeout: 60_000 },
  });
  for (let i = 0; i < 2; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'reserve');
  for (const { attempts } of await gateway.ended(2)) {
    assert.equal(attempts[0]!.reason, 'connection_refused');
    assert.equal(attempts.at(-1)!.reason, '');
  }
});

test('an answer from before the last endpoint was lost does not end it', async t => {
  const main = await backend(t, async (connection, index) => {
    await connection.request();
    if (index > 0) connection.reset();
  });
  const reserve = await okBackend(t, 'reserve');
  const gateway = await startGateway(t, {
    backends: [main.url],
    pools: { reserve: [reserve.url] },
    fallback: 'reserve',
    health: { failTimeout: 60_000 },
  });
  const early = await connect(t, gateway.address);
  early.send(get());
  await eventually('it is asked', () => main.requests.length === 1);
  assert.equal((await exchange(t, gateway.address, post('/', 'x'))).status, 502);
  assert.equal((await exchange(t, gateway.address, get())).text, 'reserve');
  main.connections[0]!.send(ok('late'));
  assert.equal((await early.response()).text, 'late');
  assert.equal((await exchange(t, gateway.address, get())).text, 'reserve');
  assert.deepEqual(said(gateway), ['pool has no endpoint']);
});

test('what a backend may have acted upon goes on nowhere', async t => {
  const main = await backend(t, async connection => {
    await connection.request();
    connection.close();
  });
  const reserve = await okBackend(t, 'reserve');
  const gateway = await startGateway(t, {
    backends: [main.url],
    pools: { reserve: [reserve.url] },
    fallback: 'reserve',
  });
  assert.equal((await exchange(t, gateway.address, post('/', 'pay'))).status, 502);
  assert.equal(reserve.requests.length, 0);
});

test('pools that stand in for one another pass nothing on without end', async t => {
  const gateway = await startGateway(t, {
    pools: { a: [await closedPort()], b: [await closedPort()] },
    routes: [{ pool: 'a' }],
    fallback: 'b',
  });
  const pool = gateway.gateway.pools.byName.get('b')!;
  pool.configure({ ...pool.config, fallback: 'a' });
  const { status } = await exchange(t, gateway.address, get());
  assert.ok(status === 502 || status === 503, String(status));
  assertExact(gateway);
});

test('while the fallback is held, what comes to it waits there', async t => {
  const reserve = await okBackend(t, 'reserve');
  const gateway = await startGateway(t, {
    backends: [await closedPort()],
    pools: { reserve: [reserve.url] },
    routes: [{ name: 'all', pool: 'default' }],
    fallback: 'reserve',
    health: { failTimeout: 60_000 },
  });
  const holding = new Holding(t, gateway);
  holding.hold({ target: 'reserve' });
  const client = await holding.held('/', 'reserve');
  holding.resume({ target: 'reserve' });
  assert.equal((await client.response()).text, 'reserve');
});

test('what is under way at the fallback is under way at its route, and is waited for when that is held', async t => {
  const reserve = await silentBackend(t);
  const gateway = await startGateway(t, {
    backends: [await closedPort()],
    pools: { reserve: [reserve.url] },
    routes: [{ name: 'all', pool: 'default' }],
    fallback: 'reserve',
  });
  const holding = new Holding(t, gateway);
  await holding.ask(get());
  await eventually('the reserve is asked', () => reserve.requests.length === 1);
  holding.hold({ target: 'all' });
  assert.deepEqual(await holding.quiet('all', 1), { inFlight: 1, tunnels: 0 });
  holding.hold({ target: 'default' });
  assert.deepEqual(await holding.quiet('all', 1), { inFlight: 1, tunnels: 0 });
  reserve.connections[0]!.send(ok());
  assert.deepEqual(await holding.quiet('all'), { inFlight: 0, tunnels: 0 });
});
