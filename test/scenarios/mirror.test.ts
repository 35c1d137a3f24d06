import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CopiesStatus } from '../../src/pool/copies.ts';
import {
  type Backend,
  backend,
  echoBackend,
  fixedBackend,
  ok,
  okBackend,
  silentBackend,
} from '../support/backend.ts';
import { connect, exchange, get, post, postChunked } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { Holding } from '../support/held.ts';
import { Load } from '../support/load.ts';
import { scgiApp } from '../support/scgi-app.ts';
import { closedPort } from '../support/unreachable.ts';

function copies(gateway: RunningGateway): CopiesStatus {
  return gateway.gateway.status().pools.find(({ name }) => name === 'shadow')!.copies!;
}

/** A gateway whose requests are all copied to the second backend. */
function mirrored(t: TestContext, main: Backend, shadow: string, setting: Setting = {}) {
  return startGateway(t, {
    backends: [main.url],
    pools: { shadow: [shadow] },
    routes: [{ name: 'all', pool: 'default', mirror: { pool: 'shadow', share: 1 } }],
    ...setting,
  });
}

test('a copy is the request as its pool gets it, with a mark that no client can forge, and the same id', async t => {
  const main = await okBackend(t, 'main');
  const shadow = await okBackend(t, 'shadow');
  const gateway = await mirrored(t, main, shadow.url);
  const sent = post('/a?b=c', 'body', 'X-Mirrored: 0', 'x-mirrored: no', 'X-Kept: yes');
  assert.equal((await exchange(t, gateway.address, sent)).text, 'main');
  await eventually('the copy is answered', () => copies(gateway).answered === 1);
  const [original] = main.requests;
  const [copy] = shadow.requests;
  assert.equal(copy!.startLine, original!.startLine);
  assert.equal(copy!.text, 'body');
  assert.deepEqual(
    copy!.fields.filter(([name]) => /mirrored/i.test(name)),
    [['X-Mirrored', '1']],
  );
  assert.equal(copy!.field('x-kept'), 'yes');
  assert.equal(copy!.field('x-request-id'), original!.field('x-request-id'));
  assert.equal(gateway.records.length, 1, 'copies are not in the access log');
  assert.equal(gateway.gateway.status().traffic.ended, 1, 'nor are they exchanges');
});

test('a thousand requests pass beside a mirror that never answers; as many copies are made as may be under way', async t => {
  const main = await okBackend(t);
  const shadow = await silentBackend(t);
  const gateway = await mirrored(t, main, shadow.url);
  const load = new Load(t, gateway.address, 16);
  await eventually('a thousand requests are answered', () => load.answered >= 1000);
  await load.end();
  assert.deepEqual(load.failures, []);
  const { inFlight, most, sent, missed } = copies(gateway);
  assert.deepEqual([inFlight, sent], [most, most]);
  assert.equal(missed, main.requests.length - most);
  assert.equal(gateway.gateway.status().exchanges.underWay, 0);
});

for (const [what, mirror] of [
  ['refuses connections', () => closedPort()],
  ['answers garbage', async (t: TestContext) => (await fixedBackend(t, 'garbage\r\n\r\n')).url],
  [
    'floods',
    async (t: TestContext) => {
      const flood = await backend(t, async connection => {
        await connection.request();
        connection.send('HTTP/1.1 200 OK\r\n\r\n');
        for (let i = 0; i < 40; i++) connection.send('x'.repeat(65_536));
      });
      return flood.url;
    },
  ],
] as const) {
  test(`a mirror that ${what} is counted, and felt by nobody`, async t => {
    const main = await okBackend(t, 'main');
    const gateway = await mirrored(t, main, await mirror(t));
    for (let i = 0; i < 3; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'main');
    await eventually('the copies have failed', () => copies(gateway).failed === 3);
    assert.equal(copies(gateway).inFlight, 0);
    assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
  });
}

test('a body in chunks is copied with a length, and one that comes slowly when it is whole', async t => {
  const main = await echoBackend(t);
  const shadow = await echoBackend(t);
  const gateway = await mirrored(t, main, shadow.url);
  await exchange(t, gateway.address, postChunked('/', ['ab', 'cd', 'ef']));
  const client = await connect(t, gateway.address);
  client.send('POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc');
  await eventually('the main pool is asked', () => gateway.load().inFlight === 1);
  client.send('def');
  assert.equal((await client.response()).text, 'abcdef');
  await eventually('both copies are answered', () => copies(gateway).answered === 2);
  assert.deepEqual(
    shadow.requests.map(request => [request.framing, request.text]),
    [
      ['length', 'abcdef'],
      ['length', 'abcdef'],
    ],
  );
});

test('a mirror may speak another protocol, and what its application asks for is not done', async t => {
  const main = await okBackend(t, 'main');
  const shadow = await scgiApp(t, ({ size }) =>
    size > 0 ? 'Location: /elsewhere\r\nX-Accel-Redirect: /secret\r\n\r\n' : '',
  );
  const gateway = await mirrored(t, main, shadow.url);
  const { text } = await exchange(t, gateway.address, postChunked('/form', ['ab', 'c']));
  assert.equal(text, 'main');
  await eventually('the copy is answered', () => copies(gateway).answered === 1);
  const [copy] = shadow.requests;
  assert.equal(copy!.get('CONTENT_LENGTH'), '3');
  assert.equal(copy!.get('REQUEST_URI'), '/form');
  assert.equal(copy!.get('HTTP_X_MIRRORED'), '1');
  assert.deepEqual(
    main.requests.map(({ target }) => target),
    ['/form'],
  );
  assert.equal(gateway.gateway.status().traffic.ended, 1);
});

test('a body that is too long is not copied, be its length known or not, and its request is served', async t => {
  const main = await echoBackend(t);
  const shadow = await okBackend(t);
  const gateway = await mirrored(t, main, shadow.url);
  const long = 'x'.repeat(70_000);
  assert.equal((await exchange(t, gateway.address, post('/', long))).body.length, 70_000);
  assert.equal((await exchange(t, gateway.address, postChunked('/', [long]))).body.length, 70_000);
  assert.equal(copies(gateway).givenUp, 2);
  assert.equal(copies(gateway).inFlight, 0);
  assert.equal(shadow.requests.length, 0);
});

test('a client that leaves in the middle of its body leaves no copy behind', async t => {
  const main = await silentBackend(t);
  const shadow = await okBackend(t);
  const gateway = await mirrored(t, main, shadow.url);
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc');
  await eventually('its body is being collected', () => copies(gateway).inFlight === 1);
  client.reset();
  await eventually('the copy is given up', () => copies(gateway).givenUp === 1);
  assert.equal(copies(gateway).inFlight, 0);
  assert.equal(shadow.requests.length, 0);
});

test('only a share of the requests is copied', async t => {
  const main = await okBackend(t);
  const shadow = await okBackend(t);
  const gateway = await mirrored(t, main, shadow.url, {
    routes: [{ pool: 'default', mirror: { pool: 'shadow', share: 0.5 } }],
  });
  const client = await connect(t, gateway.address);
  for (let i = 0; i < 400; i++) {
    client.send(get());
    await client.response();
  }
  const { sent, missed } = copies(gateway);
  // Ten standard deviations on either side.
  assert.ok(sent + missed > 100 && sent + missed < 300, `${sent} copies of 400 requests`);
});

test('neither a hold of the route, nor a drain, nor an end waits for copies', async t => {
  const main = await okBackend(t);
  const shadow = await silentBackend(t);
  const gateway = await mirrored(t, main, shadow.url);
  await exchange(t, gateway.address, get());
  await eventually('the mirror is asked', () => shadow.requests.length === 1);
  const holding = new Holding(t, gateway);
  holding.hold({ target: 'all' });
  assert.deepEqual(await holding.quiet('all'), { inFlight: 0, tunnels: 0 });
  assert.deepEqual(await gateway.gateway.drain(), { finished: 0, cut: 0 });
  await shadow.connections[0]!.closed();
  assert.equal(copies(gateway).inFlight, 0);
});

test('a mirror that is held gets no copies, and a request that was held is copied when it goes on', async t => {
  const main = await okBackend(t);
  const shadow = await okBackend(t);
  const gateway = await mirrored(t, main, shadow.url);
  const holding = new Holding(t, gateway);
  holding.hold({ target: 'shadow' });
  await exchange(t, gateway.address, get('/missed'));
  assert.equal(copies(gateway).missed, 1);
  holding.resume({ target: 'shadow' });
  holding.hold({ target: 'all' });
  const client = await holding.ask(get('/held'));
  await eventually('it waits', () => holding.waiting('all') === 1);
  assert.equal(shadow.requests.length, 0);
  holding.resume({ target: 'all' });
  await client.response();
  await eventually('it is copied', () => shadow.requests[0]?.target === '/held');
});

test('a reload puts other mirrors in force, and copies under way finish', async t => {
  const main = await okBackend(t);
  const shadow = await silentBackend(t);
  const gateway = await mirrored(t, main, shadow.url);
  await exchange(t, gateway.address, get('/1'));
  await eventually('the mirror is asked', () => shadow.requests.length === 1);
  const { config } = gateway.gateway;
  const routes = config.routes.map(route => ({ ...route, action: { ...route.action, mirror: undefined } }));
  await gateway.gateway.reload({ ...config, routes: routes as typeof config.routes });
  await exchange(t, gateway.address, get('/2'));
  shadow.connections[0]!.send(ok());
  await eventually('the copy is answered', () => copies(gateway).answered === 1);
  assert.equal(copies(gateway).sent, 1);
  await eventually('all is counted', () => gateway.gateway.status().exchanges.underWay === 0);
});
