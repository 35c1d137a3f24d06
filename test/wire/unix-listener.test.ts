import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { backend } from '../support/backend.ts';
import { connect } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import { socketPath } from '../support/socket-path.ts';

test('a truncated answer without a length is cut on a unix socket too, and the gateway lives on', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n');
    connection.halfClose();
  });
  const path = socketPath(t);
  const gateway = await startGateway(t, {
    backends: [origin.url],
    listen: [{ kind: 'unix', path, text: path }],
  });
  const client = await connect(t, gateway.address);
  client.send('GET / HTTP/1.0\r\n\r\n');
  await client.closed();
  assert.equal((await gateway.ended(1))[0]!.reason, 'http_response_incomplete');
});

test('a file that is no socket is never removed to listen in its place', async t => {
  const origin = await backend(t, () => {});
  const path = socketPath(t);
  writeFileSync(path, 'precious');
  const start = startGateway(t, { backends: [origin.url], listen: [{ kind: 'unix', path, text: path }] });
  await assert.rejects(start, { code: 'EADDRINUSE' });
  assert.equal(readFileSync(path, 'latin1'), 'precious');
});
