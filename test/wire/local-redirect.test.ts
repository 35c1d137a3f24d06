import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, okBackend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { readVariables, scgiApp, type Variables } from '../support/scgi-app.ts';

/** An application that leads from `/a` and everything below to `/b`, and says what it was asked otherwise. */
function leads(variables: Variables): string {
  if (variables.get('REQUEST_URI')!.startsWith('/a')) return 'Location: /b?c=%64\r\n\r\n';
  const words = ['REQUEST_METHOD', 'REQUEST_URI', 'QUERY_STRING', 'CONTENT_LENGTH'];
  return `Content-Type: text/plain\r\n\r\n${words.map(word => variables.get(word)).join(' ')}`;
}

test('a local redirect is answered by a GET for its path, and the client hears nothing of it (58, 59)', async t => {
  const app = await scgiApp(t, leads);
  const gateway = await startGateway(t, { backends: [app.url] });
  const client = await connect(t, gateway.address);
  client.send(post('/a', 'form', 'Content-Type: text/x', 'Content-Encoding: y', 'X-Kept: z'));
  const answer = await client.response();
  assert.equal(answer.status, 200);
  assert.equal(answer.text, 'GET /b?c=%64 c=%64 0');
  assert.deepEqual(answer.all('location'), []);
  const [first, second] = app.requests;
  assert.equal(first!.get('CONTENT_TYPE'), 'text/x');
  assert.equal(second!.get('CONTENT_TYPE'), undefined);
  assert.equal(second!.get('HTTP_CONTENT_ENCODING'), undefined);
  assert.equal(second!.get('HTTP_X_KEPT'), 'z');
  client.send(get('/c'));
  assert.equal((await client.response()).text, 'GET /c  0', 'the connection goes on');
});

test('a HEAD stays one (59)', async t => {
  const app = await scgiApp(t, leads);
  const gateway = await startGateway(t, { backends: [app.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/a').replace('GET', 'HEAD'));
  assert.equal((await client.response('HEAD')).status, 200);
  assert.equal(app.requests[1]!.get('REQUEST_METHOD'), 'HEAD');
});

test('the redirected request finds its slot in a pool of one (40, 59)', async t => {
  const app = await scgiApp(t, leads);
  const gateway = await startGateway(t, { backends: [app.url], maxConns: 1 });
  assert.equal((await exchange(t, gateway.address, get('/a'))).text, 'GET /b?c=%64 c=%64 0');
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('it is routed anew, as if a client had asked for it (59)', async t => {
  const app = await scgiApp(t, leads);
  const origin = await okBackend(t, 'elsewhere');
  const gateway = await startGateway(t, {
    pools: { app: [app.url], origin: [origin.url] },
    routes: [
      { pool: 'app', path: '/a' },
      { pool: 'origin', path: '/b' },
    ],
  });
  const answer = await exchange(t, gateway.address, post('/a', 'form', 'Content-Type: text/x'));
  assert.equal(answer.text, 'elsewhere');
  const [request] = origin.requests;
  assert.equal(request!.startLine, 'GET /b?c=%64 HTTP/1.1');
  assert.deepEqual([...request!.all('content-type'), ...request!.all('content-length')], []);
});

test('one to a path without a route is 404, and the log says what the client had asked for (59, 86)', async t => {
  const app = await scgiApp(t, leads);
  const gateway = await startGateway(t, { pools: { app: [app.url] }, routes: [{ pool: 'app', path: '/a' }] });
  assert.equal((await exchange(t, gateway.address, post('/a', 'form'))).status, 404);
  const [record] = await gateway.ended(1);
  assert.deepEqual([record!.method, record!.target, record!.reason], ['POST', '/a', 'no_route']);
  assert.match(record!.detail, /\/b/);
});

test('eight are followed, and the ninth is a loop (59)', async t => {
  const app = await scgiApp(t, variables => {
    const left = Number(variables.get('REQUEST_URI')!.slice(1));
    return left === 0 ? 'Content-Type: a/b\r\n\r\nthere' : `Location: /${left - 1}\r\n\r\n`;
  });
  const gateway = await startGateway(t, { backends: [app.url] });
  assert.equal((await exchange(t, gateway.address, get('/8'))).text, 'there');
  const answer = await exchange(t, gateway.address, get('/9'));
  assert.equal(answer.status, 502);
  assert.match(answer.field('proxy-status')!, /proxy_loop_detected/);
  const records = await gateway.ended(2);
  assert.deepEqual(
    records.map(({ target, attempts, reason }) => [target, attempts.length, reason]),
    [
      ['/8', 9, ''],
      ['/9', 9, 'redirect_loop'],
    ],
  );
});

test('what is left of the body is dropped, and no part of it is read as a request (59)', async t => {
  const app = await backend(t, async connection => {
    const variables = await readVariables(connection);
    connection.send(leads(variables));
    connection.halfClose();
  });
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${app.port}`] });
  const client = await connect(t, gateway.address);
  const length = 3_000_000;
  client.send(`POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\nabc`);
  await eventually('the redirect was followed', () => app.connections.length === 2);
  await client.sendAll(Buffer.alloc(length - 3, get('/evil')));
  assert.equal((await client.response()).text, 'GET /b?c=%64 c=%64 0');
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, '');
  assert.equal(app.connections.length, 2);
});

test('an application that hangs behind its redirect has redirected all the same (58)', async t => {
  const app = await backend(t, async connection => {
    const variables = await readVariables(connection);
    connection.send(leads(variables));
    if (variables.get('REQUEST_URI') !== '/a') connection.halfClose();
  });
  const gateway = await startGateway(t, {
    backends: [`scgi://127.0.0.1:${app.port}`],
    timeouts: { idle: 50 },
  });
  assert.equal((await exchange(t, gateway.address, get('/a'))).text, 'GET /b?c=%64 c=%64 0');
});

test('an application that goes on printing behind its redirect is left (58, 79)', async t => {
  const app = await backend(t, async connection => {
    const variables = await readVariables(connection);
    connection.send(leads(variables));
    if (variables.get('REQUEST_URI') !== '/a') connection.halfClose();
    else while (!connection.ending) await connection.sendAll(Buffer.alloc(65_536));
  });
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${app.port}`] });
  assert.equal((await exchange(t, gateway.address, get('/a'))).text, 'GET /b?c=%64 c=%64 0');
});

test('a client that leaves between redirect and answer leaves nothing behind (30, 59)', async t => {
  const app = await backend(t, async connection => {
    const variables = await readVariables(connection);
    if (variables.get('REQUEST_URI') === '/a') connection.send(leads(variables)).halfClose();
    else await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${app.port}`] });
  const client = await connect(t, gateway.address);
  client.send(get('/a'));
  await app.connection(1);
  client.reset();
  const [record] = await gateway.ended(1);
  assert.deepEqual([record!.status, record!.reason, record!.target], [499, 'client_gone', '/a']);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});
