import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, fixedBackend, ok } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const head = (target = '/') => `HEAD ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;

test('an answer to HEAD keeps its Content-Length and has no body (19)', async t => {
  const origin = await fixedBackend(t, 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(head() + head());
  for (let i = 0; i < 2; i++) {
    const answer = await client.response('HEAD');
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.all('content-length'), ['1000']);
  }
  assert.equal(origin.connections.length, 1, 'the backend connection is used again');
});

test('a chunked answer to HEAD has no body either (19)', async t => {
  const origin = await fixedBackend(t, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(head() + head());
  assert.equal((await client.response('HEAD')).status, 200);
  assert.equal((await client.response('HEAD')).status, 200);
});

test('a body that a backend wrongly sends after HEAD reaches nobody (16, 19)', async t => {
  const origin = await backend(t, async (connection, index) => {
    await connection.request();
    connection.send(index === 0 ? 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello' : ok('next'));
    if (index === 0) await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(head());
  assert.equal((await client.response('HEAD')).status, 200);
  await (await origin.connection(0)).closed();
  client.send(get());
  assert.equal((await client.response()).text, 'next');
});

for (const [status, lines] of [
  ['204 No Content', ''],
  ['204 No Content', 'Content-Length: 5\r\n'],
  ['304 Not Modified', ''],
  ['304 Not Modified', 'Content-Length: 5\r\n'],
  ['304 Not Modified', 'Transfer-Encoding: chunked\r\n'],
] as const) {
  test(`${status} with ${lines.trim() || 'no framing'} has no body, and the connections go on (19)`, async t => {
    const origin = await fixedBackend(t, `HTTP/1.1 ${status}\r\nETag: "x"\r\n${lines}\r\n`);
    const gateway = await startGateway(t, { backends: [origin.url] });
    const client = await connect(t, gateway.address);
    client.send(get() + get());
    for (const answer of await client.responses(2)) {
      assert.equal(answer.startLine, `HTTP/1.1 ${status}`);
      assert.deepEqual(answer.all('transfer-encoding'), []);
      // RFC 9110, 8.6: not in 204 at all; in 304 it tells the length of what was not sent.
      if (status.startsWith('204')) assert.deepEqual(answer.all('content-length'), []);
    }
    assert.equal(origin.connections.length, 1);
  });
}

test('205 with an empty body is relayed as such (19)', async t => {
  const origin = await fixedBackend(t, 'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n');
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get() + get());
  for (const answer of await client.responses(2)) assert.equal(answer.status, 205);
});
