import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ActionConfig } from '../../src/config/config.ts';
import { okBackend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import type { RouteSetting } from '../support/config.ts';
import { startGateway } from '../support/gateway.ts';

function redirect(location: string, status: 301 | 302 | 303 | 307 | 308 = 302): ActionConfig {
  return { kind: 'redirect', status, location };
}

function respond(status: number, body: string, type = 'text/plain; charset=utf-8'): ActionConfig {
  return { kind: 'respond', status, body, type };
}

/** A gateway whose only route does this. */
async function answering(t: TestContext, action: ActionConfig, route: RouteSetting = {}) {
  const { url } = await okBackend(t);
  return startGateway(t, { backends: [url], routes: [{ ...route, action }] });
}

const at = (target: string, host = 'example.com') => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

for (const [template, request, location] of [
  ['https://www.{hostname}{target}', at('/a?b=c', 'example.com:8080'), 'https://www.example.com/a?b=c'],
  ['{scheme}://{host}/new{path}', at('/a?b=c', 'a:81'), 'http://a:81/new/a'],
  ['/new{path}?{query}', at('/a?b=c&d=%20'), '/new/a?b=c&d=%20'],
  ['/new{path}?{query}', at('/a'), '/new/a'],
  ['/search?q={header:X-Q}', get('/', 'X-Q: a&b #c'), '/search?q=a%26b%20%23c'],
  ['{path}', at('//evil.example/a'), '/evil.example/a'],
  ['{path}', at('/\\evil.example/a'), '/%5Cevil.example/a'],
  ['/caf\u00e9', at('/'), '/caf%C3%A9'],
] as const) {
  test(`a redirect to ${template} says ${location}`, async t => {
    const gateway = await answering(t, redirect(template));
    const answer = await exchange(t, gateway.address, request);
    assert.equal(answer.status, 302);
    assert.equal(answer.field('location'), location);
  });
}

for (const [template, request, location] of [
  ['https://example.com$1', at('/go@evil.example/'), 'https://example.com/@evil.example/'],
  ['https://example.com$1', at('/go.evil.example/'), 'https://example.com/.evil.example/'],
  ['https://{host}.cdn.net$1', at('/go.evil.example/'), 'https://example.com.cdn.net/.evil.example/'],
  ['https://example.com$1?x', at('/go:80@evil.example'), 'https://example.com/:80@evil.example?x'],
  ['https://example.com$1', at('/go/a'), 'https://example.com/a'],
  ['https://example.com$1', at('/go'), 'https://example.com'],
  ['//{host}:8443$1', at('/go9/a'), '//example.com:8443/9/a'],
  ['https://example.com{query:to}', at('/go?to=.evil.example'), 'https://example.com/.evil.example'],
  ['https://example.com{target}', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', 'https://example.com/*'],
  ['https://app{path}', at('/a?b'), 'https://app/a'],
  ['https://$1.example.com/', at('/gone'), 'https://ne.example.com/'],
  ['https://www.$1', at('/goexample.net/'), 'https://www.example.net/'],
  ['https://node$1/', at('/go3'), 'https://node3/'],
  ['https://a.node$1.example.com/', at('/go3'), 'https://a.node3.example.com/'],
] as const) {
  test(`a redirect to ${template} leads ${request.split('\r\n')[0]} to ${location}`, async t => {
    const path = request.startsWith('OPTIONS') || !template.includes('$1') ? {} : { path: '~^/go(.*)$' };
    const gateway = await answering(t, redirect(template), path);
    const answer = await exchange(t, gateway.address, request);
    assert.equal(answer.field('location'), location);
  });
}

test('a redirect to what a client says stays at the host', async t => {
  const gateway = await answering(t, redirect('{query:to}'));
  for (const to of ['https://evil.example/', 'javascript:alert(1)', '', '%2f%2fevil.example/'])
    assert.equal((await exchange(t, gateway.address, get(`/?to=${to}`))).status, 400, to);
  const answer = await exchange(t, gateway.address, get('/?to=//evil.example/'));
  assert.equal(answer.field('location'), '/evil.example/');
});

test('a redirect to a host that the client does not name gets 400', async t => {
  for (const template of ['https://{host}{path}', '//{host}{path}']) {
    const gateway = await answering(t, redirect(template));
    const client = await connect(t, gateway.address);
    client.send('GET /evil.example HTTP/1.0\r\n\r\n');
    assert.equal((await client.response()).status, 400);
  }
});

test('what the path captured goes into a Location, encoded anew', async t => {
  const gateway = await answering(t, redirect('/new/$1', 301), {
    conditions: [{ kind: 'path', name: '', negated: false, values: ['~^/old/(.*)$'] }],
  });
  const answer = await exchange(t, gateway.address, at('/old/a%20b%3Fc'));
  assert.equal(answer.field('location'), '/new/a%20b%3Fc');
  assert.equal(answer.status, 301);
});

for (const status of [301, 302, 303, 307, 308] as const) {
  test(`a redirect by ${status} is told in words, and leaves the connection open`, async t => {
    const gateway = await answering(t, redirect('/x', status));
    const client = await connect(t, gateway.address);
    client.send(get() + get());
    for (const answer of await client.responses(2)) {
      assert.equal(answer.status, status);
      assert.match(answer.text, new RegExp(`^${status} `));
    }
    const [record] = await gateway.ended(2);
    assert.deepEqual([record!.status, record!.reason, record!.attempts], [status, '', []]);
  });
}

test('a text is answered with its type, length and bytes', async t => {
  const gateway = await answering(t, respond(200, 'gr\u00fc\u00dfe\nzwei', 'text/markdown'));
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.field('content-type'), 'text/markdown');
  assert.equal(answer.body.toString('utf8'), 'gr\u00fc\u00dfe\nzwei');
  assert.equal(answer.framing, 'length');
  const head = await exchange(t, gateway.address, 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.equal(head.field('content-length'), String(answer.body.length));
  assert.equal(head.body.length, 0);
});

test('HTTP/1.0 gets the same text', async t => {
  const gateway = await answering(t, respond(200, 'hello'));
  const client = await connect(t, gateway.address);
  client.send('GET / HTTP/1.0\r\n\r\n');
  assert.match(await client.rest(), /^HTTP\/1\.1 200 OK\r\n.*Content-Length: 5\r\n.*\r\n\r\nhello$/s);
});

for (const [type, shown] of [
  ['text/html; charset=utf-8', '&lt;b&gt;&quot;&#39;&amp;'],
  ['application/xhtml+xml', '&lt;b&gt;&quot;&#39;&amp;'],
  ['application/json', `<b>\\"'&`],
  ['text/plain', `<b>"'&`],
] as const) {
  test(`what a request says is a text in ${type}, and nothing else`, async t => {
    const gateway = await answering(t, respond(200, '[{header:X-Name}]', type));
    const { text } = await exchange(t, gateway.address, get('/', `X-Name: <b>"'&`));
    assert.equal(text, `[${shown}]`);
  });
}

for (const status of [204, 205, 304]) {
  test(`${status} has no body, even if a text is given`, async t => {
    for (const body of ['', 'text']) {
      const gateway = await answering(t, respond(status, body));
      const client = await connect(t, gateway.address);
      client.send(`${get()}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      const rest = await client.rest();
      assert.equal(rest.split(`HTTP/1.1 ${status}`).length, 3, rest);
      assert.ok(!rest.includes('text') && !/\r\n\r\n(?!HTTP|$)/.test(rest), rest);
    }
  });
}

test('a status alone is told in words, or in JSON to who prefers that', async t => {
  const gateway = await answering(t, respond(403, ''));
  const plain = await exchange(t, gateway.address, get());
  assert.equal(plain.text, '403 Forbidden\n');
  assert.equal(plain.field('cache-control'), 'no-store');
  assert.equal(plain.field('proxy-status'), undefined, 'nothing has failed');
  const json = await exchange(t, gateway.address, get('/', 'Accept: application/json'));
  const id = json.field('x-request-id');
  assert.deepEqual(JSON.parse(json.text), { status: 403, title: 'Forbidden', id });
  const [record] = await gateway.ended(1);
  assert.deepEqual([record!.status, record!.reason], [403, '']);
});

test('a short body that comes with a request is dropped, and the next request is answered', async t => {
  const gateway = await answering(t, respond(200, 'hello'));
  const client = await connect(t, gateway.address);
  client.send(post('/', 'body') + get());
  for (const answer of await client.responses(2)) assert.equal(answer.text, 'hello');
});

test('a client that sends a long body reads the answer before the connection closes', async t => {
  const gateway = await answering(t, respond(200, 'hello'));
  const client = await connect(t, gateway.address);
  client.send(post('/', 'x'.repeat(500_000)));
  assert.equal((await client.response()).text, 'hello');
  client.halfClose();
  assert.equal(await client.rest(), '');
});

test('a refusal in the middle of a body closes, once the client has read it', async t => {
  const gateway = await answering(t, respond(403, ''));
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc');
  const answer = await client.response();
  assert.equal(answer.status, 403);
  assert.equal(answer.field('connection'), 'close');
  client.send('x'.repeat(10_000));
  client.halfClose();
  assert.equal(await client.rest(), '');
});

test('a client that waits for 100 gets the answer instead', async t => {
  const gateway = await answering(t, respond(200, 'hello'));
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n');
  assert.equal((await client.response()).status, 200);
});
