import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { backend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import {
  answer,
  endRequest,
  fcgiBackend,
  fcgiUrl,
  page,
  readFcgiRequest,
  readRecord,
  readStart,
  readStdin,
  stdout,
  TYPE,
} from '../support/fastcgi.ts';
import { startGateway } from '../support/gateway.ts';

const OFF = { requestBuffer: { mode: 'off' }, responseBuffer: { mode: 'off' } } as const;

test('an upload reaches the application whole, in records that PHP reads (64)', async t => {
  const body = randomBytes(3_000_000);
  const origin = await backend(t, async connection => {
    await readStart(connection);
    const parts: Buffer[] = [];
    for (;;) {
      const { type, content, padding } = await readRecord(connection);
      assert.equal(type, TYPE.stdin);
      assert.ok(content.length + padding <= 65_535);
      if (content.length === 0) break;
      parts.push(content);
    }
    connection.send(answer(page(`${Buffer.concat(parts).equals(body)}`)));
  });
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)], ...OFF });
  const client = await connect(t, gateway.address);
  client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`).send(body);
  assert.equal((await client.response()).text, 'true');
});

test('a body of no bytes is said to have none', async t => {
  const origin = await fcgiBackend(t, ({ variables, stdin }) =>
    page(`${variables.get('CONTENT_LENGTH')} ${stdin.length}`),
  );
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)] });
  for (const request of [get(), post('/', '')]) {
    assert.equal((await exchange(t, gateway.address, request)).text, '0 0');
  }
});

test('an application that prints before it reads its input does not come to a stop (73)', async t => {
  const size = 8_000_000;
  const origin = await backend(t, async connection => {
    await readStart(connection);
    // Neither side's buffers hold all of it: both directions have to move.
    await connection.sendAll(stdout(page('x'.repeat(size))));
    const input = await readStdin(connection);
    connection.send(Buffer.concat([stdout(`read ${input.length}`), endRequest()]));
  });
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)], ...OFF });
  const client = await connect(t, gateway.address);
  client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`).send(Buffer.alloc(size, 'i'));
  const { text } = await client.response();
  assert.equal(text.length, size + `read ${size}`.length);
  assert.ok(text.endsWith(`xread ${size}`));
});

test('an application that answers without reading its input is not kept, and its answer is whole (72)', async t => {
  const origin = await backend(t, async (connection, index) => {
    await readStart(connection);
    if (index === 0) connection.socket.pause();
    connection.send(answer(page(`early ${index}`)));
  });
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)], ...OFF });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nstart');
  assert.equal((await client.response()).text, 'early 0');
  assert.equal((await exchange(t, gateway.address, get())).text, 'early 1');
  assert.equal(origin.connections.length, 2);
});

test('a client that leaves closes the connection, for PHP knows no ABORT_REQUEST (70)', async t => {
  const origin = await backend(t, async connection => {
    await readFcgiRequest(connection);
  });
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)] });
  const client = await connect(t, gateway.address);
  client.send(get());
  const connection = await origin.connection(0);
  client.reset();
  assert.equal(await connection.closed(), 'end');
  assert.equal(connection.pending.length, 0, 'nothing was sent but the request');
});
