import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';
import { backend, ok, silentBackend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';

const PUT = 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n';

test('100 is said once, however many attempts there are (24)', async t => {
  const origin = await backend(t, async (connection, index) => {
    await connection.head();
    if (index === 0) connection.close();
    else {
      await connection.until('abc');
      connection.send(ok('done'));
    }
  });
  const gateway = await startGateway(t, { backends: [origin.url], retry: { on: ['terminated'] } });
  const client = await connect(t, gateway.address);
  client.send(PUT);
  assert.equal((await client.response('PUT')).status, 100);
  await origin.connection(1);
  client.send('abc');
  const answer = await client.response('PUT');
  assert.equal(answer.status, 200);
});

test('a client that waits in the queue for its 100 is not blamed for a body that it may not send yet (24)', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, {
    backends: [origin.url],
    maxConns: 1,
    requestBuffer: { mode: 'off' },
    client: { ioTimeout: 100 },
  });
  const first = await connect(t, gateway.address);
  first.send(get());
  await eventually('the backend is busy', () => origin.requests.length === 1);
  const second = await connect(t, gateway.address);
  second.send(PUT);
  await eventually('1 exchange waits', () => gateway.load().queued === 1);
  await pass(300);
  (await origin.connection(0)).send(ok());
  assert.equal((await second.response('PUT')).status, 100);
});
