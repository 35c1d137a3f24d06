import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, ok } from '../support/backend.ts';
import { connect } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { gatewaySocketTo } from '../support/gateway-socket.ts';

test('a thousand chunks that come at once go on in a few writes, not in a thousand', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(ok());
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
  const connection = await origin.connection(0);
  await eventually('the first chunk is there', () =>
    connection.pending.includes('a\r\n', connection.pending.indexOf('\r\n\r\n')),
  );
  const socket = gatewaySocketTo(origin.port)!;
  const write = t.mock.method(socket, 'write');
  client.send(`${'1\r\nb\r\n'.repeat(1000)}0\r\n\r\n`);
  assert.equal((await client.response()).status, 200);
  assert.equal(origin.requests[0]!.text, `a${'b'.repeat(1000)}`);
  assert.ok(write.mock.callCount() < 20, `${write.mock.callCount()} writes`);
});
