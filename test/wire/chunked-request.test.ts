import assert from 'node:assert/strict';
import { test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { connect } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';

const BAD: readonly (readonly [claim: string, body: string])[] = [
  ['a chunk size that is no number', 'x\r\nabc\r\n0\r\n\r\n'],
  ['an empty chunk size', '\r\nabc\r\n0\r\n\r\n'],
  ['a chunk size with 0x', '0x3\r\nabc\r\n0\r\n\r\n'],
  ['a chunk size with a sign', '+3\r\nabc\r\n0\r\n\r\n'],
  ['a negative chunk size', '-3\r\nabc\r\n0\r\n\r\n'],
  ['a chunk size after a blank', ' 3\r\nabc\r\n0\r\n\r\n'],
  ['a chunk size that overflows', '10000000000000003\r\nabc\r\n0\r\n\r\n'],
  ['a chunk size line that ends in LF alone', '3\nabc\r\n0\r\n\r\n'],
  ['a chunk that ends in LF alone', '3\r\nabc\n0\r\n\r\n'],
  ['a chunk that is longer than it says', '3\r\nabcd\r\n0\r\n\r\n'],
  ['a last chunk that ends in LF alone', '3\r\nabc\r\n0\n\r\n'],
  ['an end in LF alone', '3\r\nabc\r\n0\r\n\n'],
  ['an LF inside a chunk extension', '3;x\nGET / HTTP/1.1\r\nabc\r\n0\r\n\r\n'],
  ['a CR inside a chunk extension', '3;x\ry\r\nabc\r\n0\r\n\r\n'],
  ['a chunk extension without a name', '3;\r\nabc\r\n0\r\n\r\n'],
  ['a chunk extension with an open quote', '3;x="y\r\nabc\r\n0\r\n\r\n'],
  ['an endless chunk extension', `3;x=${'y'.repeat(70_000)}`],
  ['a trailer that is no field', '3\r\nabc\r\n0\r\nX-A : 1\r\n\r\n'],
  ['a folded trailer', '3\r\nabc\r\n0\r\nX-A: 1\r\n 2\r\n\r\n'],
  ['endless trailers', `3\r\nabc\r\n0\r\nX-A: ${'y'.repeat(70_000)}`],
];

for (const [claim, body] of BAD) {
  test(`refuses ${claim}, and the backend gets no whole request (6)`, async t => {
    const origin = await okBackend(t);
    const gateway = await startGateway(t, { backends: [origin.url] });
    const client = await connect(t, gateway.address);
    client.send(HEAD + body);
    const answer = await client.response();
    assert.ok([400, 431].includes(answer.status), `answered ${answer.startLine}`);
    assert.equal(await client.rest(), '', 'nothing follows the refusal');
    for (const connection of origin.connections) await connection.closed();
    assert.equal(origin.requests.length, 0);
  });
}

test('decodes and encodes a chunked request anew: extensions, zeros and upper case go (6, 7)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(`${HEAD}0003;name=value;q="a;b"\r\nabc\r\nA\r\n0123456789\r\n000;last\r\n\r\n`);
  assert.equal((await client.response()).status, 200);
  const [request] = origin.requests;
  assert.equal(request!.text, 'abc0123456789');
  assert.deepEqual(request!.all('content-length'), []);
  assert.deepEqual(request!.all('transfer-encoding'), ['chunked']);
});

test('sends one Content-Length when the client repeated it (2)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc');
  const answer = await client.response();
  // RFC 9112, 6.3 allows both: refusing the list, and taking it for the one value.
  if (answer.status === 200) assert.deepEqual(origin.requests[0]!.all('content-length'), ['3']);
  else assert.equal(answer.status, 400);
});

test('bytes after a request are the next request, never part of the body (7)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(`${HEAD}3\r\nabc\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n`);
  assert.deepEqual(
    (await client.responses(2)).map(answer => answer.status),
    [200, 200],
  );
  assert.deepEqual(
    origin.requests.map(request => `${request.method} ${request.target} ${request.text}`),
    ['POST / abc', 'GET /next '],
  );
});

test('a GET with a body is framed for the backend as the client framed it (7)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc');
  assert.equal((await client.response()).status, 200);
  assert.equal(origin.requests[0]!.text, 'abc');
});

test('a POST without a body says Content-Length: 0, a GET without one says nothing (7)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await client.responses(2);
  assert.deepEqual(origin.requests[0]!.all('content-length'), ['0']);
  assert.deepEqual(origin.requests[1]!.all('content-length'), []);
  assert.deepEqual(origin.requests[1]!.all('transfer-encoding'), []);
});
