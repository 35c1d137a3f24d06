import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Backend, backend, ok } from '../support/backend.ts';
import { get } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { Holding } from '../support/held.ts';

/** A backend that upgrades who asks for it and leaves all other requests unanswered. */
function slow(t: TestContext): Promise<Backend> {
  return backend(t, async connection => {
    const request = await connection.request();
    if (request.field('upgrade') !== undefined)
      connection.send('HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    await connection.closed();
  });
}

async function start(t: TestContext, setting: Setting = {}) {
  const origin = await slow(t);
  const gateway = await startGateway(t, { backends: [origin.url], ...setting });
  const holding = new Holding(t, gateway);
  const ask = async (request: string) => {
    const before = origin.requests.length;
    const client = await holding.ask(request);
    await eventually('it is in flight', () => origin.requests.length === before + 1);
    return client;
  };
  return { origin, holding, ask };
}

const UPGRADE = get('/ws', 'Connection: Upgrade', 'Upgrade: x');

/** Whether a promise is settled by the end of some turns of the event loop. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
  return done;
}

test('a pool is quiet at once if nothing is in flight, though requests wait', async t => {
  const { holding } = await start(t);
  holding.hold();
  await holding.held('/');
  assert.deepEqual(await holding.quiet('default'), { inFlight: 0, tunnels: 0 });
});

test('a pool is quiet when the last request has ended; tunnels are told of and not waited for (84)', async t => {
  const { origin, holding, ask } = await start(t);
  const tunnel = await ask(UPGRADE);
  assert.equal((await tunnel.response()).status, 101);
  const client = await ask(get());
  holding.hold();
  const quiet = holding.quiet('default');
  assert.equal(await settled(quiet), false);
  origin.connections[1]!.send(ok());
  assert.equal((await client.response()).status, 200);
  assert.deepEqual(await quiet, { inFlight: 1, tunnels: 1 });
});

test('what does not end in time is what is left', async t => {
  const { holding, ask } = await start(t);
  await ask(get());
  holding.hold();
  assert.deepEqual(await holding.quiet(undefined, 100), { inFlight: 1, tunnels: 0 });
  assert.deepEqual(await holding.quiet('default', 0), { inFlight: 1, tunnels: 0 });
});

test('who calls a wait off hears what is left', async t => {
  const { holding, ask } = await start(t);
  await ask(get());
  holding.hold();
  const impatience = new AbortController();
  const quiet = holding.quiet('default', Number.POSITIVE_INFINITY, impatience.signal);
  impatience.abort();
  assert.deepEqual(await quiet, { inFlight: 1, tunnels: 0 });
});

test('requests that pass a hold keep nobody waiting for quiet, upgraded or not', async t => {
  const { holding, ask } = await start(t);
  holding.hold({ bypass: ['/healthz', '/ws'] });
  await ask(get('/healthz'));
  const tunnel = await ask(UPGRADE);
  assert.equal((await tunnel.response()).status, 101);
  assert.deepEqual(await holding.quiet('default'), { inFlight: 1, tunnels: 1 });
  tunnel.reset();
  await eventually('the tunnel is gone', () => holding.gateway.load().inFlight === 1);
  assert.deepEqual(await holding.quiet('default'), { inFlight: 0, tunnels: 0 });
});

test('one that passed a hold and has ended hides none that is in flight', async t => {
  const { origin, holding, ask } = await start(t, {
    routes: [{ name: 'all', path: '/*' }],
    keepalive: { connections: 0 },
  });
  holding.hold({ target: 'default', bypass: ['/healthz'] });
  holding.hold({ target: 'all', bypass: ['/healthz'] });
  const passing = await ask(get('/healthz'));
  origin.connections[0]!.send(ok());
  assert.equal((await passing.response()).status, 200);
  holding.resume();
  await ask(get('/slow'));
  for (const target of ['default', 'all']) {
    holding.hold({ target });
    assert.deepEqual(await holding.quiet(target, 100), { inFlight: 1, tunnels: 0 });
    holding.resume();
  }
});

test('a route is quiet when what has passed it has ended, whatever else its pool does', async t => {
  const { origin, holding, ask } = await start(t, {
    routes: [{ name: 'api', path: '/api/*' }, { path: '/*' }],
  });
  await ask(get('/other'));
  const client = await ask(get('/api/1'));
  holding.hold({ target: 'api' });
  const quiet = holding.quiet('api');
  assert.equal(await settled(quiet), false);
  origin.connections[1]!.send(ok());
  assert.equal((await client.response()).status, 200);
  assert.deepEqual(await quiet, { inFlight: 0, tunnels: 0 });
  assert.equal(holding.gateway.load().inFlight, 1);
});

test('a route is not quiet while one that has passed it waits for a slot', async t => {
  const { holding, ask } = await start(t, {
    maxConns: 1,
    routes: [{ name: 'api', path: '/api/*' }, { path: '/*' }],
  });
  await ask(get('/other'));
  await holding.ask(get('/api/1'));
  await eventually('it waits for a slot', () => holding.gateway.load().queued === 1);
  holding.hold({ target: 'api' });
  assert.deepEqual(await holding.quiet('api', 100), { inFlight: 1, tunnels: 0 });
  holding.hold({ target: 'default' });
  assert.deepEqual(await holding.quiet('api', 0), { inFlight: 1, tunnels: 0 });
});

test('nothing is waited for that does not exist', async t => {
  const { holding } = await start(t);
  await assert.rejects(holding.quiet('nowhere'), { kind: 'unknown' });
});
