import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedBackend } from '../support/backend.ts';
import { connect } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const HEAD = 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n';

for (const [answer, lengths] of [
  ['HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n', ['5']],
  ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 05\r\n\r\n', ['5']],
  ['HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n', ['7']],
  ['HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', []],
] as const) {
  test(`${JSON.stringify(answer.slice(9, -4))} to HEAD tells ${lengths.length === 0 ? 'no length' : 'one plain length'} (2, 19)`, async t => {
    const origin = await fixedBackend(t, answer);
    const gateway = await startGateway(t, { backends: [origin.url] });
    const client = await connect(t, gateway.address);
    client.send(HEAD);
    assert.deepEqual((await client.response('HEAD')).all('content-length'), lengths);
    client.send(HEAD);
    await client.response('HEAD');
    assert.equal(origin.connections.length, 1);
  });
}
