import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { errorOf, LOOPBACK, orderBytes, startConsole, statusBytes } from '../unit/admin/console.ts';

test('orders that are sent ahead are carried out one after the other, and answered in their order', async t => {
  const console = await startConsole(t);
  const client = await connect(t, console.address);
  const drain = orderBytes('drain', { endpoint: 'a:1', wait: '1m' });
  client.send(drain + orderBytes('enable', { endpoint: 'b:1' }) + statusBytes());
  await eventually('the first one waits', () => console.control.waiting === 1);
  assert.equal(console.control.asked.length, 1);
  console.control.finish();
  const answers = await client.responses(3);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.deepEqual(
    console.control.asked.map(([method]) => method),
    ['drain', 'enable', 'status'],
  );
});

test('a client that sends ahead without an end is cut off, and what it waited for is given up', async t => {
  const console = await startConsole(t);
  const client = await connect(t, console.address);
  client.send(orderBytes('drain', { endpoint: 'a:1', wait: '1m' }) + statusBytes().repeat(100));
  await client.closed();
  await eventually('the wait is given up', () => console.control.abandoned === 1);
  assert.deepEqual(
    console.control.asked.map(([method]) => method),
    ['drain'],
  );
});

test('a wait is given up when its client leaves, and the gateway is asked for nothing more', async t => {
  const console = await startConsole(t);
  const client = await connect(t, console.address);
  client.send(orderBytes('hold', { wait: '1h' }));
  await eventually('it waits', () => console.control.waiting === 1);
  client.close();
  await eventually('the wait is given up', () => console.control.abandoned === 1);
  assert.equal(console.control.waiting, 0);
});

test('a body of more than 64 KiB is refused, announced or in chunks, and the refusal can be read', async t => {
  const console = await startConsole(t);
  const body = JSON.stringify({ target: 'x'.repeat(70_000) });
  const announced = await console.ask(orderBytes('hold', body));
  assert.equal(announced.status, 413);
  assert.equal(errorOf(announced).message, 'the body is longer than 65536 bytes');
  const head = orderBytes('hold', '').replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked');
  const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  assert.equal((await console.ask(head + chunks)).status, 413);
  assert.deepEqual(console.control.asked, []);
});

test('a body without an end is cut off', async t => {
  const console = await startConsole(t);
  const client = await connect(t, console.address);
  const head = orderBytes('hold', '').replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked');
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  client.send(head + chunk.repeat(40));
  await client.closed();
  assert.ok(client.bytesRead < 1000);
});

test('a body that is no UTF-8 is refused', async t => {
  const console = await startConsole(t);
  const request = Buffer.from(orderBytes('enable', '{"endpoint":"xx"}').replace('xx', '\xff\xfe'), 'latin1');
  const answer = await console.ask(request);
  assert.equal(answer.status, 400);
  assert.match(errorOf(answer).message, /^the body is not JSON/);
});

test('a body that breaks off is no order', async t => {
  const console = await startConsole(t);
  const client = await connect(t, console.address);
  client.send(orderBytes('stop', {}).replace('Content-Length: 2', 'Content-Length: 9')).halfClose();
  await client.closed();
  assert.deepEqual(console.control.asked, []);
});

test('what is no HTTP is answered 400 in JSON, and a head that is too long 431', async t => {
  const console = await startConsole(t);
  for (const [bytes, status] of [
    ['hold all the pools please\r\n\r\n', 400],
    [`GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'POST /v1/stop HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      400,
    ],
    ['GET /v1/status HTTP/1.1\r\n\r\n', 400],
  ] as const) {
    const client = await connect(t, console.address);
    client.send(bytes);
    const answer = await client.response();
    assert.equal(answer.status, status, bytes.slice(0, 40));
    await client.closed();
  }
  assert.deepEqual(console.control.asked, []);
});

test('clients that are slow to ask keep nobody from asking, and are cut off', async t => {
  const console = await startConsole(t);
  const slow = await connect(t, console.address);
  slow.send('GET /v1/status HTTP/1.1\r\nHost: local');
  assert.equal((await console.ask(statusBytes())).status, 200);
  const slowest = Object.assign(slow, { guard: 15_000 });
  const answer = await slowest.response();
  assert.equal(answer.status, 408);
});

test('no more than 128 connections are taken at once', async t => {
  const console = await startConsole(t, { listen: LOOPBACK });
  const clients = await Promise.all(Array.from({ length: 128 }, () => connect(t, console.address)));
  const surplus = await connect(t, console.address);
  await surplus.closed();
  clients[0]!.send(statusBytes());
  assert.equal((await clients[0]!.response()).status, 200);
});
