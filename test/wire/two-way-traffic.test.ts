import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend } from '../support/backend.ts';
import { connect } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

test('an answer that has begun waits for its end as long as the request body still moves (83)', async t => {
  const origin = await backend(t, async connection => {
    await connection.head();
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n');
    await connection.until('z');
    connection.send('done');
  });
  const gateway = await startGateway(t, { backends: [origin.url], timeouts: { idle: 500 } });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 13\r\n\r\n');
  await client.head();
  for (let i = 0; i < 12; i++) {
    await new Promise(resolve => setTimeout(resolve, 100));
    client.send('x');
  }
  client.send('z');
  assert.equal(await client.until('done'), 'done');
});
