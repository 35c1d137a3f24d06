import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';
import { okBackend, silentBackend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';

test('the first client after a long silence has its whole header time-out', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], client: { headerTimeout: 1000 } });
  await pass(1100);
  const client = await connect(t, gateway.address);
  await pass(200);
  client.send(get());
  assert.equal((await client.response()).status, 200);
});

test('the log says how long a client waited before it left, though nothing else happened meanwhile', async t => {
  const origin = await silentBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], client: { abort: 'always' } });
  const client = await connect(t, gateway.address);
  client.send(get());
  await eventually('the backend has the request', () => origin.requests.length === 1);
  await pass(200);
  client.close();
  const [record] = await gateway.ended(1);
  assert.ok(record!.endedAt - record!.startedAt >= 190, `${record!.endedAt - record!.startedAt} ms`);
});
