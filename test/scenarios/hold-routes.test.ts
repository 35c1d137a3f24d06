import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backend, ok } from '../support/backend.ts';
import { get, post } from '../support/client.ts';
import { makeConfig, type Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { Holding, Noting, targets } from '../support/held.ts';
import { closedPort } from '../support/unreachable.ts';

async function start(t: TestContext, setting: Setting) {
  const origin = await Noting.start(t);
  const whole = { backends: [`${origin.url},max-conns=1`], ...setting };
  const gateway = await startGateway(t, whole);
  return { origin, holding: new Holding(t, gateway), whole };
}

const TWO = [
  { name: 'api', path: '/api/*' },
  { name: 'rest', path: '/*' },
] as const;

test('a route is held while another one of the same pool is served', async t => {
  const { origin, holding } = await start(t, { routes: TWO });
  assert.deepEqual(holding.hold({ target: 'api' }), ['api']);
  const held = await holding.held('/api/1', 'api');
  assert.equal((await (await holding.ask(get('/other'))).response()).status, 200);
  assert.deepEqual(origin.targets, ['/other']);
  assert.deepEqual(holding.resume({ target: 'api' }), { resumed: ['api'], waiting: 1 });
  assert.equal((await held.response()).status, 200);
});

test('those who wait at a route count for the queue of its pool', async t => {
  const { holding } = await start(t, { routes: TWO, queue: { length: 2 } });
  holding.hold({ target: 'api' });
  await holding.held('/api/1', 'api');
  await holding.held('/api/2', 'api');
  assert.equal((await (await holding.ask(get('/api/3'))).response()).status, 503);
  assert.equal((await (await holding.ask(get('/other'))).response()).status, 200);
});

test('everything that is held is resumed at once, pools and routes', async t => {
  const { origin, holding } = await start(t, { routes: TWO });
  holding.hold({ target: 'api' });
  holding.hold();
  const first = await holding.held('/api/1', 'api');
  const second = await holding.held('/other');
  assert.deepEqual(holding.resume(), { resumed: ['default', 'api'], waiting: 2 });
  for (const client of [first, second]) assert.equal((await client.response()).status, 200);
  assert.equal(origin.targets.length, 2);
});

test('a route stays held over a reload, with those who wait, in their order', async t => {
  const { origin, holding, whole } = await start(t, { routes: TWO });
  holding.hold({ target: 'api' });
  const clients = await holding.heldInOrder(0);
  for (let i = 0; i < 5; i++) clients.push(await holding.held(`/api/${i}`, 'api'));
  const { listen } = makeConfig(whole);
  await holding.gateway.gateway.reload(makeConfig({ ...whole, listen, routes: [TWO[0]] }));
  assert.equal(holding.waiting('api'), 5);
  holding.resume({ target: 'api' });
  for (const client of clients) assert.equal((await client.response()).status, 200);
  assert.deepEqual(
    origin.targets,
    targets(5).map(target => `/api${target}`),
  );
});

test('who waits at a route that a reload leads to a pool that is held, too, waits at its gate then', async t => {
  const [origin, other] = [await Noting.start(t), await Noting.start(t)];
  const setting = { pools: { a: [origin.url], b: [other.url] } };
  const gateway = await startGateway(t, { ...setting, routes: [{ name: 'r', pool: 'a' }] });
  const holding = new Holding(t, gateway);
  holding.hold({ target: 'r' });
  const client = await holding.held('/', 'r');
  const { listen } = gateway.gateway.config;
  await gateway.gateway.reload(makeConfig({ ...setting, listen, routes: [{ name: 'r', pool: 'b' }] }));
  holding.hold({ target: 'b' });
  holding.resume({ target: 'r' });
  await eventually('it waits at the pool', () => holding.waiting('b') === 1);
  assert.equal(gateway.load().queued, 0);
  holding.resume({ target: 'b' });
  assert.equal((await client.response()).status, 200);
  assert.deepEqual([origin.targets, other.targets], [[], ['/']]);
});

test('what a backend sends back to the route that it came by does not wait there, be it for a branch now (59)', async t => {
  const main = await backend(t, connection => connection.request());
  const copies = await Noting.start(t);
  const gateway = await startGateway(t, {
    pools: { main: [main.url], copies: [copies.url] },
    routes: [{ name: 'app', pool: 'main', reads: 'copies' }],
    directs: { accelRoutes: ['app'] },
  });
  const holding = new Holding(t, gateway);
  const client = await holding.ask(post('/', 'x'));
  await eventually('it is under way', () => main.requests.length === 1);
  holding.hold({ target: 'app' });
  main.connections[0]!.send(ok('', 'X-Accel-Redirect: /on'));
  assert.equal((await client.response()).status, 200);
  assert.deepEqual(copies.targets, ['/on']);
});

test('what a fallback sends back to the route that it stands in for does not wait there (59)', async t => {
  const reserve = await backend(t, async connection => {
    await connection.request();
    await connection.always(ok('on'));
  });
  const gateway = await startGateway(t, {
    backends: [await closedPort()],
    pools: { reserve: [reserve.url] },
    routes: [{ name: 'app', pool: 'default' }],
    directs: { accelRoutes: ['app'] },
    fallback: 'reserve',
  });
  const holding = new Holding(t, gateway);
  const client = await holding.ask(get());
  await eventually('it is under way', () => reserve.requests.length === 1);
  holding.hold({ target: 'app' });
  reserve.connections[0]!.send(ok('', 'X-Accel-Redirect: /on'));
  assert.equal((await client.response()).text, 'on');
});
