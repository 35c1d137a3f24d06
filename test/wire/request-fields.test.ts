import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { connect, exchange } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import type { Message } from '../support/message.ts';

/** What the backend sees of a request with these lines; Host is example.com unless one is among them. */
async function forwarded(
  t: TestContext,
  lines: readonly string[],
  first = 'GET / HTTP/1.1',
): Promise<Message> {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const hosted = lines.some(line => /^host:/i.test(line)) ? lines : ['Host: example.com', ...lines];
  const answer = await exchange(t, gateway.address, [first, ...hosted, '', ''].join('\r\n'));
  assert.equal(answer.status, 200);
  return origin.requests[0]!;
}

test('end-to-end fields arrive in order, case and number, then come those of the gateway', async t => {
  const lines = [
    'ACCEPT: a',
    'X-One: 1',
    'x-two: 2',
    'Cookie: a=1',
    'X-One: 3',
    'Cookie: b=2',
    'Authorization: B x',
  ];
  const request = await forwarded(t, lines);
  const names = request.fields.map(([name]) => name);
  assert.deepEqual(request.lines.slice(0, 8), ['Host: example.com', ...lines]);
  const own = names.slice(8).filter(name => name !== 'Connection');
  assert.deepEqual(own, ['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'Via', 'X-Request-Id']);
});

test('Host is the client’s, wherever it stood', async t => {
  const request = await forwarded(t, ['X-A: 1', 'hOsT: Example.COM:8080']);
  assert.deepEqual(request.all('host'), ['Example.COM:8080']);
  assert.deepEqual(request.all('x-a'), ['1']);
});

test('what a hop keeps to itself is not passed on (8)', async t => {
  const request = await forwarded(t, [
    'Connection: close, X-Mine',
    'X-Mine: 1',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'TE: gzip',
    'Trailer: X-T',
    'Upgrade: h2c',
    'HTTP2-Settings: abc',
    'X-Kept: 1',
  ]);
  for (const name of ['x-mine', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade'])
    assert.deepEqual(request.all(name), [], name);
  assert.deepEqual(request.all('x-kept'), ['1']);
  assert.ok(!/close|x-mine/i.test(request.field('connection') ?? ''));
});

test('fields named in several Connection fields, in any case, are all dropped (8)', async t => {
  const request = await forwarded(t, [
    'connection: x-a',
    'X-A: 1',
    'x-b: 1',
    'CONNECTION:  X-C , x-B',
    'X-c: 1',
    'X-D: 1',
  ]);
  for (const name of ['x-a', 'x-b', 'x-c']) assert.deepEqual(request.all(name), [], name);
  assert.deepEqual(request.all('x-d'), ['1']);
});

test('a client cannot take away the gateway’s own fields by naming them in Connection (9)', async t => {
  const names = 'X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, Via, X-Request-Id';
  const request = await forwarded(t, [`Connection: ${names}`, 'X-Forwarded-For: 6.6.6.6']);
  assert.deepEqual(request.all('x-forwarded-for'), ['127.0.0.1']);
  for (const name of names.toLowerCase().split(', ')) assert.equal(request.all(name).length, 1, name);
});

test('a client cannot take away Host or the framing by naming them in Connection (9)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const request =
    'POST / HTTP/1.1\r\nHost: example.com\r\nConnection: Host, Content-Length\r\nContent-Length: 3\r\n\r\nabc';
  const answer = await exchange(t, gateway.address, request);
  assert.equal(answer.status, 200);
  assert.equal(origin.requests[0]!.text, 'abc');
  assert.deepEqual(origin.requests[0]!.all('host'), ['example.com']);
});

test('bytes beyond ASCII arrive as they were sent, in target and value (91)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const all = Array.from({ length: 128 }, (_, i) => String.fromCharCode(128 + i)).join('');
  await exchange(
    t,
    gateway.address,
    Buffer.from(`GET /${all} HTTP/1.1\r\nHost: a\r\nX-A: ${all}\r\n\r\n`, 'latin1'),
  );
  assert.equal(origin.requests[0]!.target, `/${all}`);
  assert.deepEqual(origin.requests[0]!.all('x-a'), [all]);
});

test('the target arrives byte for byte, however odd (13)', async t => {
  for (const target of [
    '/a%2fb',
    '/a/../b',
    '//a//b',
    '/a;b=c',
    '/a%00b',
    '/%41?x=%20&y',
    '/a?b?c',
    '/?',
    '/a\'b"c|d',
  ]) {
    const request = await forwarded(t, [], `GET ${target} HTTP/1.1`);
    assert.equal(request.target, target);
  }
});

test('methods that nobody knows are passed on', async t => {
  for (const method of ['PURGE', 'get', 'M-SEARCH', '!#$']) {
    const request = await forwarded(t, [], `${method} / HTTP/1.1`);
    assert.equal(request.method, method);
  }
});

test('OPTIONS * is passed on as such', async t => {
  const request = await forwarded(t, [], 'OPTIONS * HTTP/1.1');
  assert.equal(request.target, '*');
});

test('an absolute target names the host, whatever Host says, and its path goes to the backend (11)', async t => {
  const request = await forwarded(t, ['Host: other.example'], 'GET http://example.com:81/a?b HTTP/1.1');
  assert.equal(request.target, '/a?b');
  assert.deepEqual(request.all('host'), ['example.com:81']);
  assert.deepEqual(request.all('x-forwarded-host'), ['example.com:81']);
});

test('an absolute target without a path asks for / (11)', async t => {
  const request = await forwarded(t, [], 'GET http://example.com HTTP/1.1');
  assert.equal(request.target, '/');
});

test('the request goes out as HTTP/1.1 whatever the client speaks (7)', async t => {
  const request = await forwarded(t, [], 'GET / HTTP/1.0');
  assert.equal(request.startLine, 'GET / HTTP/1.1');
});

test('empty lines before a request are passed over (5)', async t => {
  const request = await forwarded(t, [], '\r\nGET / HTTP/1.1');
  assert.equal(request.startLine, 'GET / HTTP/1.1');
});

test('a no-break space is no blank: what Connection lists behind one is no known option (8)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: \xa0close\r\n\r\n');
  assert.deepEqual((await client.response()).all('connection'), []);
  client.send('GET / HTTP/1.0\r\nConnection: \xa0keep-alive\r\n\r\n');
  assert.deepEqual((await client.response()).all('connection'), ['close']);
});
