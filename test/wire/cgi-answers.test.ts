import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type BackendConnection, backend } from '../support/backend.ts';
import { cgiBackend, page, readCgiRequest, scgiPairs } from '../support/cgi-request.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { respond } from '../support/fastcgi.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

/** A gateway before an SCGI application that prints this for every request and closes. */
async function printing(t: TestContext, output: string | Buffer): Promise<RunningGateway> {
  const origin = await cgiBackend(t, scgiPairs, () => output);
  return startGateway(t, { backends: [`scgi://127.0.0.1:${origin.port}`] });
}

test('output without a status is a 200, lines may end in LF, and the end of the output ends the body (58, 61)', async t => {
  const gateway = await printing(t, 'Content-Type: text/plain\nX-A:1\n\nhello\n');
  const answer = await exchange(t, gateway.address, get());
  assert.deepEqual([answer.status, answer.reason, answer.text], [200, 'OK', 'hello\n']);
  assert.deepEqual([answer.field('content-type'), answer.field('x-a')], ['text/plain', '1']);
});

test('a status line as of HTTP is understood, and not passed on as it is (60)', async t => {
  const gateway = await printing(t, 'HTTP/1.0 404 Lost\r\nConnection: close\r\nX-A: 1\r\n\r\ngone');
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.startLine, 'HTTP/1.1 404 Lost');
  assert.deepEqual([answer.field('connection'), answer.field('x-a'), answer.text], [undefined, '1', 'gone']);
});

test('an absolute Location without a status is a 302 (58)', async t => {
  const gateway = await printing(t, 'Location: https://example.org/a\n\n');
  const answer = await exchange(t, gateway.address, get());
  assert.deepEqual([answer.status, answer.field('location')], [302, 'https://example.org/a']);
});

test('a local Location without a status is asked for by GET, without the body (58, 59)', async t => {
  const origin = await cgiBackend(t, scgiPairs, ({ variables, stdin }) =>
    variables.get('REQUEST_URI') === '/form'
      ? 'Location: /thanks?a=%20b\n\n'
      : page(
          ['REQUEST_METHOD', 'REQUEST_URI', 'CONTENT_LENGTH'].map(name => variables.get(name)).join(' ') +
            stdin,
        ),
  );
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${origin.port}`] });
  const answer = await exchange(t, gateway.address, post('/form', 'a body'));
  assert.equal(answer.text, 'GET /thanks?a=%20b 0');
  assert.equal(answer.field('location'), undefined);
});

test('Transfer-Encoding and other fields for one hop, printed by a program, do not reach the client (61)', async t => {
  const gateway = await printing(
    t,
    'Transfer-Encoding: chunked\r\nConnection: X-B\r\nKeep-Alive: 5\r\nX-A: 1\r\nX-B: 2\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  );
  const answer = await exchange(t, gateway.address, get());
  assert.deepEqual(
    [answer.field('x-a'), answer.field('x-b'), answer.field('keep-alive')],
    ['1', undefined, undefined],
  );
  assert.equal(answer.text, '5\r\nhello\r\n0\r\n\r\n');
});

for (const [what, output, kind, words] of [
  ['nothing', '', 'connection_terminated', 'the backend closed without an answer'],
  ['half a head', 'Status: 200 OK\r\nX-A: 1', 'http_protocol_error', 'response ends inside its head'],
  ['no head', '<html></html>\n\n', 'http_protocol_error', 'response field 1'],
  ['a status that is none', 'Status: 42\n\n', 'http_protocol_error', 'field Status: "42"'],
  [
    'an interim status',
    'Status: 101 Switching\n\n',
    'http_protocol_error',
    'status 101; it must be 200 to 599',
  ],
  [
    'a head without end',
    `X-A: ${'a'.repeat(70_000)}`,
    'http_response_header_section_size',
    'more than 65536',
  ],
] as const) {
  test(`a program that prints ${what} makes a 502 whose reason is logged (62)`, async t => {
    const gateway = await printing(t, output);
    assert.equal((await exchange(t, gateway.address, get())).status, 502);
    const [record] = await gateway.ended(1);
    const { reason, detail } = record as unknown as { reason: string; detail: string };
    assert.equal(reason, kind);
    assert.ok(detail.includes(words), detail);
  });
}

test('an answer shorter than its length is cut, and never taken for whole (18)', async t => {
  const gateway = await printing(t, 'Content-Length: 20\n\nhello');
  const client = await connect(t, gateway.address);
  client.send(get());
  await client.until('hello');
  await client.closed();
  assert.equal((await gateway.ended(1))[0]!.reason, 'http_response_incomplete');
});

test('an answer ends with its length, though the program prints more and does not close (16)', async t => {
  const origin = await backend(t, async connection => {
    await readCgiRequest(connection, scgiPairs);
    connection.send('Content-Length: 5\n\nhello, world');
  });
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${origin.port}`] });
  const client = await connect(t, gateway.address);
  for (let i = 0; i < 2; i++) {
    client.send(get());
    assert.equal((await client.response()).text, 'hello');
  }
  await eventually('no connection to the backend is open', () => origin.open === 0);
});

test('what a program prints for HEAD is read to its end and dropped (20)', async t => {
  let printed = false;
  const origin = await backend(t, async connection => {
    await readCgiRequest(connection, scgiPairs);
    await connection.sendAll('Content-Length: 1000000\n\n');
    await connection.sendAll(Buffer.alloc(1_000_000));
    printed = true;
    connection.halfClose();
  });
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${origin.port}`] });
  const answer = await exchange(t, gateway.address, 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.equal(answer.field('content-length'), '1000000');
  await eventually('all of it is printed', () => printed);
  assert.equal((await gateway.ended(1))[0]!.reason, '');
});

for (const [scheme, reply] of [
  ['fcgi', fcgiReply],
  ['scgi', scgiReply],
] as const) {
  test(`a request for an upgrade is an ordinary one to ${scheme}, and so is the next on its connection (31)`, async t => {
    const origin = await backend(t, reply);
    const gateway = await startGateway(t, { backends: [`${scheme}://127.0.0.1:${origin.port}`] });
    const client = await connect(t, gateway.address);
    for (let i = 0; i < 2; i++) {
      client.send(get('/', 'Connection: Upgrade', 'Upgrade: websocket'));
      assert.equal((await client.response()).text, 'no tunnel');
    }
  });
}

function fcgiReply(connection: BackendConnection): Promise<void> {
  return respond(connection, ({ variables }) =>
    page(variables.has('HTTP_UPGRADE') ? 'upgrade' : 'no tunnel'),
  );
}

async function scgiReply(connection: BackendConnection): Promise<void> {
  const { variables } = await readCgiRequest(connection, scgiPairs);
  connection.send(page(variables.has('HTTP_UPGRADE') ? 'upgrade' : 'no tunnel')).halfClose();
}
