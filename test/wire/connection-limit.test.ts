import assert from 'node:assert/strict';
import { test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';

test('a connection beyond the limit is turned away by 503, and those within go on (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], client: { maxConnections: 1 } });
  const first = await connect(t, gateway.address);
  first.send(get());
  assert.equal((await first.response()).status, 200);
  const second = await connect(t, gateway.address);
  const refusal = await second.response();
  assert.equal(refusal.status, 503);
  assert.match(refusal.field('retry-after')!, /^\d+$/);
  assert.equal(await second.rest(), '');
  assert.equal(gateway.gateway.status().listeners[0]!.turnedAway, 1);
  first.send(get());
  assert.equal((await first.response()).status, 200);
});

test('a connection that has gone makes room for another (79)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], client: { maxConnections: 1 } });
  for (const how of ['close', 'reset', 'halfClose'] as const) {
    const client = await connect(t, gateway.address);
    client.send(get());
    assert.equal((await client.response()).status, 200, `before ${how}`);
    client[how]();
    await eventually('it has gone', () => gateway.clients === 0);
  }
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
});
