import assert from 'node:assert/strict';
import { test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import { socketPath } from '../support/socket-path.ts';

for (const [port, request, location] of [
  [443, 'GET /a?b=c HTTP/1.1\r\nHost: example.com\r\n\r\n', 'https://example.com/a?b=c'],
  [443, 'GET / HTTP/1.1\r\nHost: example.com:8080\r\n\r\n', 'https://example.com/'],
  [8443, 'GET / HTTP/1.1\r\nHost: example.com:8080\r\n\r\n', 'https://example.com:8443/'],
  [8443, 'GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n', 'https://[::1]:8443/'],
  [443, 'GET http://other.example/x HTTP/1.1\r\nHost: example.com\r\n\r\n', 'https://other.example/x'],
  [443, 'GET /a"<\xe9 HTTP/1.1\r\nHost: example.com\r\n\r\n', 'https://example.com/a%22%3C%E9'],
  [443, 'GET //evil.example HTTP/1.1\r\nHost: example.com\r\n\r\n', 'https://example.com//evil.example'],
  [443, 'OPTIONS * HTTP/1.1\r\nHost: example.com\r\n\r\n', 'https://example.com/'],
  [443, 'POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 2\r\n\r\nab', 'https://example.com/'],
  [443, 'GET / HTTP/1.0\r\nHost: example.com\r\n\r\n', 'https://example.com/'],
] as const) {
  test(`${JSON.stringify(request.split('\r\n').slice(0, 2).join(' '))} is sent to ${location}`, async t => {
    const { url } = await okBackend(t);
    const gateway = await startGateway(t, { backends: [url], redirectHttps: port });
    const answer = await exchange(t, gateway.address, Buffer.from(request, 'latin1'));
    assert.equal(answer.status, 308);
    assert.equal(answer.field('location'), location);
  });
}

for (const request of [
  'GET / HTTP/1.0\r\n\r\n',
  'GET / HTTP/1.1\r\nHost:\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a%2eb\r\n\r\n',
  "GET / HTTP/1.1\r\nHost: a'b\r\n\r\n",
  'GET / HTTP/1.1\r\nHost: a,b\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: -a\r\n\r\n',
]) {
  test(`${JSON.stringify(request)} says nowhere to go, and gets 400`, async t => {
    const { url } = await okBackend(t);
    const gateway = await startGateway(t, { backends: [url], redirectHttps: 443 });
    const answer = await exchange(t, gateway.address, request);
    assert.equal(answer.status, 400);
    assert.equal(answer.field('location'), undefined);
  });
}

test('who came by TLS as a trusted proxy says is served, who says so himself is not', async t => {
  const { url } = await okBackend(t);
  const request = get('/', 'X-Forwarded-Proto: https');
  const trusting = await startGateway(t, {
    backends: [url],
    redirectHttps: 443,
    trustProxy: ['127.0.0.0/8'],
  });
  assert.equal((await exchange(t, trusting.address, request)).status, 200);
  assert.equal((await exchange(t, trusting.address, get())).status, 308);
  const strict = await startGateway(t, { backends: [url], redirectHttps: 443 });
  assert.equal((await exchange(t, strict.address, request)).status, 308);
});

for (const lines of [
  ['X-Forwarded-Proto: http', 'Forwarded: for=192.0.2.5;proto=https;host=evil.example'],
  ['Forwarded: for=192.0.2.5;proto=https;host=evil.example'],
  ['Forwarded: for=192.0.2.1;proto=https;host=evil.example'],
  ['Forwarded: proto=https;host=evil.example'],
  ['Forwarded: for=unknown;proto=https;host=evil.example'],
]) {
  test(`a client whose proxy lets ${lines.join(' and ')} pass gets neither past it nor elsewhere (10)`, async t => {
    const { url } = await okBackend(t);
    const gateway = await startGateway(t, {
      backends: [url],
      redirectHttps: 8443,
      trustProxy: ['127.0.0.0/8'],
    });
    const answer = await exchange(t, gateway.address, get('/', 'X-Forwarded-For: 192.0.2.1', ...lines));
    assert.equal(answer.status, 308);
    assert.equal(answer.field('location'), 'https://example.com:8443/');
  });
}

test('the host that a trusted proxy names is the one to be led to', async t => {
  const { url } = await okBackend(t);
  const gateway = await startGateway(t, { backends: [url], redirectHttps: 443, trustProxy: ['127.0.0.0/8'] });
  const answer = await exchange(t, gateway.address, get('/', 'X-Forwarded-Host: public.example'));
  assert.equal(answer.field('location'), 'https://public.example/');
});

test('it holds for unix sockets, too, and before any route is looked at', async t => {
  const { url } = await okBackend(t);
  const path = socketPath(t);
  const gateway = await startGateway(t, {
    backends: [url],
    redirectHttps: 443,
    listen: [{ kind: 'unix', path, text: `unix:${path}` }],
    routes: [{ path: '/admin/*', action: { kind: 'respond', status: 403, body: '', type: '' } }],
  });
  assert.equal((await exchange(t, gateway.address, get('/admin/x'))).status, 308);
});

test('a reload begins and ends it on connections that are open', async t => {
  const { url } = await okBackend(t);
  const gateway = await startGateway(t, { backends: [url] });
  const client = await connect(t, gateway.address);
  const { config } = gateway.gateway;
  for (const [redirectHttps, status] of [
    [0, 200],
    [443, 308],
    [0, 200],
  ] as const) {
    await gateway.gateway.reload({ ...config, redirectHttps });
    client.send(get());
    assert.equal((await client.response()).status, status);
  }
});
