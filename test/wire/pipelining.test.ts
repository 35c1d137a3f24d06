import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, ok } from '../support/backend.ts';
import { connect, get, post, postChunked } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';

test('requests that come without waiting are answered in their order', async t => {
  const origin = await backend(t, connection => connection.always(request => ok(request.target)));
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  const targets = Array.from({ length: 50 }, (_, i) => `/${i}`);
  client.send(targets.map(target => get(target)).join(''));
  const answers = await client.responses(50);
  assert.deepEqual(
    answers.map(answer => answer.text),
    targets,
  );
});

test('bodies between them are kept apart', async t => {
  const origin = await backend(t, connection =>
    connection.always(request => ok(`${request.target}=${request.text}`)),
  );
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(
    post('/a', 'one') + postChunked('/b', ['tw', 'o']) + get('/c') + post('/d', '') + post('/e', 'five'),
  );
  assert.deepEqual(
    (await client.responses(5)).map(answer => answer.text),
    ['/a=one', '/b=two', '/c=', '/d=', '/e=five'],
  );
});

test('a second request does not start before the first has its answer', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/1') + get('/2'));
  await eventually('the backend has read 1 requests', () => origin.requests.length === 1);
  assert.equal(gateway.load().inFlight, 1);
  (await origin.connection(0)).send(ok('1', 'Connection: close'));
  assert.equal((await client.response()).text, '1');
  await eventually('the backend has read 2 requests', () => origin.requests.length === 2);
  assert.equal(origin.requests[1]!.target, '/2');
});

test('a refused request ends the connection: what follows it is not answered', async t => {
  const origin = await backend(t, connection => connection.always(request => ok(request.target)));
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(`${get('/1')}GET /2 HTTP/1.1\r\nBad Field: 1\r\n\r\n${get('/3')}`);
  assert.equal((await client.response()).text, '/1');
  assert.equal((await client.response()).status, 400);
  assert.equal(await client.rest(), '');
  assert.equal(origin.requests.length, 1);
});

test('Connection: close of the client is obeyed, and what follows it is not answered', async t => {
  const origin = await backend(t, connection => connection.always(request => ok(request.target)));
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/1', 'Connection: close') + get('/2'));
  const answer = await client.response();
  assert.equal(answer.text, '/1');
  assert.equal(answer.field('connection'), 'close');
  assert.equal(await client.rest(), '');
  assert.equal(origin.requests.length, 1);
});

test('a client that pipelines and leaves early costs no more than the request at hand', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get('/1') + get('/2') + get('/3'));
  await eventually('the backend has read 1 requests', () => origin.requests.length === 1);
  client.reset();
  await gateway.ended(1);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
  assert.equal(origin.connections.length, 1);
});
