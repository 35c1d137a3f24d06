import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, ok } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

for (const [what, rest] of [
  ['head', 'GET /half HTTP/1.1\r\nHo'],
  ['body', 'POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n123'],
] as const) {
  test(`a client that has closed its side inside the ${what} of a pipelined request is not waited for`, async t => {
    const origin = await backend(t, async connection => {
      await connection.head();
      await release;
      connection.send(ok('first'));
      await connection.closed();
    });
    let answer = () => {};
    const release = new Promise<void>(resolve => {
      answer = resolve;
    });
    const gateway = await startGateway(t, { backends: [origin.url] });
    const client = await connect(t, gateway.address);
    client.send(get('/first') + rest).halfClose();
    await origin.connection(0);
    await new Promise(resolve => setTimeout(resolve, 50));
    answer();
    assert.equal((await client.response()).text, 'first');
    await client.closed();
    assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
  });
}
