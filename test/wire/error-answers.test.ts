import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backend, silentBackend } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { closedPort, unansweredPort } from '../support/unreachable.ts';

async function answerOf(t: TestContext, setting: Setting, ...lines: string[]) {
  const gateway = await startGateway(t, setting);
  return exchange(t, gateway.address, get('/', ...lines));
}

test('an error is told in one line of plain text, with a Proxy-Status and an id', async t => {
  const answer = await answerOf(t, { backends: [await closedPort()] });
  assert.equal(answer.startLine, 'HTTP/1.1 502 Bad Gateway');
  assert.match(answer.field('content-type')!, /^text\/plain/);
  assert.match(answer.text, /^502 Bad Gateway\s*$/);
  assert.equal(answer.field('proxy-status'), 'sluice; error=connection_refused');
  assert.ok(answer.field('x-request-id'));
  assert.ok(!Number.isNaN(Date.parse(answer.field('date')!)));
  assert.deepEqual(answer.all('retry-after'), []);
});

test('a client that prefers JSON gets JSON', async t => {
  const answer = await answerOf(t, { backends: [await closedPort()] }, 'Accept: application/json');
  assert.match(answer.field('content-type')!, /^application\/json/);
  assert.equal(JSON.parse(answer.text).status, 502);
});

test('a browser gets plain text though its Accept has a wildcard', async t => {
  const accept = 'Accept: text/html,application/xhtml+xml,*/*;q=0.8';
  const answer = await answerOf(t, { backends: [await closedPort()] }, accept);
  assert.match(answer.field('content-type')!, /^text\/plain/);
});

test('the answer says nothing about the inside', async t => {
  const url = await closedPort();
  const answer = await answerOf(t, { backends: [`${url},name=secret-name`] });
  const all = [answer.startLine, ...answer.lines, answer.text].join('\n');
  for (const word of ['127.0.0.1', new URL(url).port, 'secret-name', 'ECONNREFUSED', '/src/', 'default'])
    assert.ok(!all.includes(word), `${word} in ${all}`);
});

test('the log says about the inside what the client is not told', async t => {
  const url = await closedPort();
  const gateway = await startGateway(t, { backends: [`${url},name=one`] });
  await exchange(t, gateway.address, get());
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'connection_refused');
  assert.match(record!.detail, new RegExp(new URL(url).port));
  assert.equal(record!.attempts[0]!.endpoint, 'one');
});

test('an error answered to HEAD has no body', async t => {
  const gateway = await startGateway(t, { backends: [await closedPort()] });
  const client = await connect(t, gateway.address);
  client.send('HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.equal((await client.response('HEAD')).status, 502);
  assert.equal(await client.rest(), '');
});

test('a client connection goes on after a 502', async t => {
  const gateway = await startGateway(t, { backends: [await closedPort()] });
  const client = await connect(t, gateway.address);
  client.send(get() + get());
  for (const answer of await client.responses(2)) assert.equal(answer.status, 502);
});

test('a connection that nobody answers becomes 504 connection_timeout (83)', async t => {
  const answer = await answerOf(t, {
    backends: [await unansweredPort(t)],
    timeouts: { connect: 50 },
    retry: { attempts: 0 },
  });
  assert.equal(answer.status, 504);
  assert.equal(answer.field('proxy-status'), 'sluice; error=connection_timeout');
});

test('a full queue becomes 503 with Retry-After', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1, queue: { length: 0 } });
  const first = await connect(t, gateway.address);
  first.send(get());
  await eventually('the slot is taken', () => origin.requests.length === 1);
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.status, 503);
  assert.equal(answer.field('proxy-status'), 'sluice; error=connection_limit_reached');
  assert.match(answer.field('retry-after')!, /^[1-9]\d*$/);
});

test('waiting for too long becomes 503 with Retry-After (83)', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1, queue: { timeout: 50 } });
  const first = await connect(t, gateway.address);
  first.send(get());
  await eventually('the slot is taken', () => origin.requests.length === 1);
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.status, 503);
  assert.match(answer.field('retry-after')!, /^[1-9]\d*$/);
  assert.equal((await gateway.ended(1))[0]!.reason, 'queue_timeout');
});

test('an exchange that takes too long altogether becomes 504 (83)', async t => {
  const origin = await silentBackend(t);
  const answer = await answerOf(t, { backends: [origin.url], timeouts: { total: 50 } });
  assert.equal(answer.status, 504);
  await (await origin.connection(0)).closed();
});

test('no route becomes 404', async t => {
  const origin = await silentBackend(t);
  const routes = [{ hosts: ['other.example'], pool: 'other' }];
  const answer = await answerOf(t, { pools: { other: [origin.url] }, routes });
  assert.equal(answer.status, 404);
  assert.match(answer.field('proxy-status')!, /^sluice; error=\w+/);
});

test('an error answer of the backend is relayed as it is, without Proxy-Status', async t => {
  const origin = await backend(t, connection =>
    connection.always('HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy'),
  );
  const answer = await answerOf(t, { backends: [origin.url] });
  assert.equal(answer.startLine, 'HTTP/1.1 503 Busy');
  assert.equal(answer.text, 'busy');
  assert.equal(answer.field('retry-after'), '7');
  assert.deepEqual(answer.all('proxy-status'), []);
});

test('requests that cannot be read get the same form of answer', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('garbage\r\n\r\n');
  const answer = await client.response();
  assert.equal(answer.status, 400);
  assert.equal(answer.field('proxy-status'), 'sluice; error=http_request_error');
  assert.match(answer.text, /^400 Bad Request\s*$/);
});
