import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

test('each event of a stream reaches the client when the backend has sent it (80, 82)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(
      'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  await client.head();
  const connection = await origin.connection(0);
  for (const event of ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']) {
    connection.send(`${event.length.toString(16)}\r\n${event}\r\n`);
    await client.until(event);
  }
});

test('a head reaches the client before there is any body (80)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\n\r\n');
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  assert.match((await client.head()).startLine, /200/);
  (await origin.connection(0)).send('hello');
  assert.equal((await client.take(5)).toString(), 'hello');
});

test('each part of a request body reaches the backend when the client has sent it (80)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  const connection = await origin.connection(0);
  for (const part of ['one', 'two', 'three']) {
    client.send(`${part.length.toString(16)}\r\n${part}\r\n`);
    await connection.until(part);
  }
});

test('an answer may end before, after and while the request body flows (26)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
    connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (const word of ['one', 'two']) {
      await connection.until(word);
      connection.send(`3\r\n${word}\r\n`);
    }
    await connection.until('0\r\n\r\n');
    connection.send('0\r\n\r\n');
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  await client.head();
  for (const word of ['one', 'two']) {
    client.send(`3\r\n${word}\r\n`);
    await client.until(`${word}\r\n`);
  }
  client.send('0\r\n\r\n');
  assert.equal(await client.until('0\r\n\r\n'), '0\r\n\r\n');
});
