import assert from 'node:assert/strict';
import { test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { gatewaySocket } from '../support/gateway-socket.ts';

for (const [what, bad] of [
  ['head', 'BAD\r\n\r\n'],
  ['chunk', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
] as const) {
  test(`what follows a bad ${what} is not read, though the client has yet to take the refusal`, async t => {
    const origin = await okBackend(t);
    const gateway = await startGateway(t, { backends: [origin.url] });
    const client = await connect(t, gateway.address);
    client.send(get());
    await client.response();
    const socket = gatewaySocket(client)!;
    // As if the kernel had no room for the refusal.
    socket.cork();
    client.send(bad);
    await eventually('the refusal waits', () => socket.writableLength > 0);
    const before = socket.bytesRead;
    client.send('5\r\nhello\r\n');
    await eventually('more was read', () => socket.bytesRead > before);
    socket.uncork();
    assert.equal((await client.response()).status, 400);
    const records = await gateway.ended(2);
    assert.equal(records[1]!.reason, 'http_request_error');
  });
}
