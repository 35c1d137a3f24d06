import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { backend, echoBackend, okBackend } from '../support/backend.ts';
import { cgiFolder } from '../support/cgi-scripts.ts';
import { get, post } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { Holding, startHolding } from '../support/held.ts';
import { scgiApp } from '../support/scgi-app.ts';

const MiB = 1_048_576;
const EXPECTING = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n';

async function echo(t: TestContext) {
  const origin = await echoBackend(t);
  const holding = new Holding(t, await startGateway(t, { backends: [origin.url] }));
  holding.hold();
  return { origin, holding };
}

test('the body of a request that is held is left with its client (84)', async t => {
  const { origin, holding } = await echo(t);
  const body = Buffer.alloc(24 * MiB, 'x');
  const client = await holding.ask(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`);
  await eventually('it waits', () => holding.waiting() === 1);
  const sent = client.sendAll(body);
  await eventually('the client has tried for a while', () => holding.status()!.sinceMs > 300);
  assert.ok(client.socket.writableLength > body.length / 2, 'most of it is with the client');
  assert.equal(origin.connections.length, 0);
  holding.resume();
  await sent;
  assert.equal((await client.response('POST')).body.length, body.length);
  const [record] = await holding.gateway.ended(1);
  assert.equal(record!.bytesIn, body.length);
});

test('a body that has come with its head in part is sent on whole', async t => {
  const { holding } = await echo(t);
  const client = await holding.ask(
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel',
  );
  await eventually('it waits', () => holding.waiting() === 1);
  client.send('lo\r\n0\r\n\r\n');
  holding.resume();
  assert.equal((await client.response('POST')).text, 'hello');
});

test('nobody is told to go on while held: the 100 comes with the resume (24, 84)', async t => {
  const { holding } = await echo(t);
  const client = await holding.ask(EXPECTING);
  await eventually('it waits', () => holding.waiting() === 1);
  assert.equal(client.bytesRead, 0);
  holding.resume();
  assert.equal((await client.response('POST')).status, 100);
  client.send('abc');
  assert.equal((await client.response('POST')).text, 'abc');
});

test('who would not wait for the 100 loses nothing', async t => {
  const { holding } = await echo(t);
  const client = await holding.ask(EXPECTING);
  await eventually('it waits', () => holding.waiting() === 1);
  client.send('abc');
  holding.resume();
  let answer = await client.response('POST');
  if (answer.status === 100) answer = await client.response('POST');
  assert.equal(answer.text, 'abc');
});

for (const [what, request] of [
  ['without a body', get('/')],
  ['that waits for a 100', EXPECTING],
  ['with a short body of which a part is missing', `${post('/', 'abc').slice(0, -1)}`],
  ['with its body', post('/', 'abc')],
] as const) {
  for (const way of ['resets', 'closes'] as const) {
    test(`a client of a request ${what} that ${way} is forgotten (30, 84)`, async t => {
      const { origin, holding } = await startHolding(t);
      holding.hold();
      const client = await holding.ask(request);
      await eventually('it waits', () => holding.waiting() === 1);
      if (way === 'resets') client.reset();
      else client.close();
      await eventually('it is forgotten', () => holding.waiting() === 0);
      assert.equal((await holding.gateway.ended(1))[0]!.reason, 'client_gone');
      holding.resume();
      assert.deepEqual(origin.targets, []);
    });
  }
}

test('a client that closes its sending side gives its place up, or not, as for the queue', async t => {
  const { holding } = await startHolding(t, { client: { abort: 'never' } });
  holding.hold();
  const client = await holding.held('/');
  client.halfClose();
  holding.resume();
  assert.equal((await client.response()).status, 200);
  const { holding: other } = await startHolding(t);
  other.hold();
  (await other.held('/')).halfClose();
  await eventually('it is forgotten', () => other.waiting() === 0);
});

test('requests that are pipelined wait one after the other and are answered in order', async t => {
  const { origin, holding } = await startHolding(t);
  holding.hold();
  const client = await holding.ask(get('/1') + get('/2') + get('/3'));
  await eventually('the first waits', () => holding.waiting() === 1);
  holding.resume();
  const answers = await client.responses(3);
  assert.deepEqual(
    answers.map(({ text }) => text),
    ['/1', '/2', '/3'],
  );
  assert.deepEqual(origin.targets, ['/1', '/2', '/3']);
});

test('a client of HTTP/1.0 waits like any other', async t => {
  const { holding } = await startHolding(t);
  holding.hold();
  const client = await holding.ask('GET /old HTTP/1.0\r\n\r\n');
  await eventually('it waits', () => holding.waiting() === 1);
  holding.resume();
  assert.equal((await client.response()).text, '/old');
});

test('the handshake of a WebSocket waits, and its connection is upgraded after the resume (31)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nhello');
    await connection.until('bye');
    connection.halfClose();
  });
  const holding = new Holding(t, await startGateway(t, { backends: [origin.url] }));
  holding.hold();
  const client = await holding.ask(`${get('/', 'Connection: Upgrade', 'Upgrade: websocket')}bye`);
  await eventually('it waits', () => holding.waiting() === 1);
  assert.equal(origin.connections.length, 0);
  holding.resume();
  assert.equal((await client.response()).status, 101);
  await client.until('hello');
});

test('a tunnel that stands is not touched by a hold', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    connection.send(await connection.until('there'));
  });
  const holding = new Holding(t, await startGateway(t, { backends: [origin.url] }));
  const client = await holding.ask(get('/', 'Connection: Upgrade', 'Upgrade: x'));
  assert.equal((await client.response()).status, 101);
  holding.hold();
  client.send('still there');
  assert.equal(await client.until('there'), 'still there');
});

/** An application that leads from `/a` to `/b`, during a hold that begins when it is asked for `/a`. */
function leading(t: TestContext, hold: () => void) {
  return scgiApp(t, variables => {
    const target = variables.get('REQUEST_URI')!;
    if (target === '/b') return 'Content-Type: text/plain\r\n\r\nb';
    hold();
    return 'Location: /b\r\n\r\n';
  });
}

test('a local redirect does not wait again at the gate of its route', async t => {
  const app = await leading(t, () => holding.hold({ target: 'all' }));
  const routes = [{ name: 'all', path: '/*' }];
  const holding: Holding = new Holding(t, await startGateway(t, { backends: [app.url], routes }));
  const client = await holding.ask(get('/a'));
  assert.equal((await client.response()).text, 'b');
  assert.deepEqual(await holding.quiet('all'), { inFlight: 0, tunnels: 0 });
});

test('a local redirect waits at the gate of another route, and in a pool that is held (84)', async t => {
  const app = await leading(t, () => holding.hold({ target: 'b' }));
  const routes = [{ path: '/a' }, { name: 'b', path: '/b' }];
  const holding: Holding = new Holding(t, await startGateway(t, { backends: [app.url], routes }));
  const first = await holding.ask(get('/a'));
  await eventually('it waits at the other route', () => holding.waiting('b') === 1);
  holding.resume();
  assert.equal((await first.response()).text, 'b');

  const same = await leading(t, () => other.hold());
  const other: Holding = new Holding(t, await startGateway(t, { backends: [same.url] }));
  const second = await other.ask(get('/a'));
  await eventually('it waits in the pool', () => other.gateway.load().queued === 1);
  assert.deepEqual(await other.quiet(), { inFlight: 0, tunnels: 0 });
  other.resume();
  assert.equal((await second.response()).text, 'b');
});

test('no CGI program is started while requests are held, and each one afterwards (84)', async t => {
  const folder = cgiFolder(t, { log: 'echo "Content-Type: text/plain"; echo; echo $$ >>"$0.started"; cat' });
  const started = join(folder, 'log.started');
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`], maxConns: 1 });
  const holding = new Holding(t, gateway);
  holding.hold();
  const clients = [await holding.ask(post('/log', 'a')), await holding.ask(post('/log', 'b'))];
  await eventually('both wait', () => holding.waiting() === 2);
  assert.equal(existsSync(started), false);
  holding.resume();
  const texts = [];
  for (const client of clients) texts.push((await client.response('POST')).text);
  assert.deepEqual(texts, ['a', 'b']);
});

test('a connection that was held serves its next request at once', async t => {
  const origin = await okBackend(t);
  const holding = new Holding(t, await startGateway(t, { backends: [origin.url] }));
  holding.hold();
  const client = await holding.held('/');
  holding.resume();
  assert.equal((await client.response()).status, 200);
  client.send(get('/next'));
  assert.equal((await client.response()).status, 200);
});
