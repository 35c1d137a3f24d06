import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ConfigError } from '../../src/config/config-error.ts';
import { Gateway } from '../../src/gateway.ts';
import { backend, fixedBackend, ok, okBackend, silentBackend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { makeConfig, type Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { MemoryLog } from '../support/memory-log.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { closedPort } from '../support/unreachable.ts';

const HTML = { text: '<p>{status} {id}</p>', type: 'text/html' };

/** A gateway whose backend gives this answer, and all failures have a page, with `pages` before it. */
async function intercepting(t: TestContext, answer: string, setting: Setting = {}) {
  const origin = await fixedBackend(t, answer);
  const pages = [{ ...HTML, intercept: true }];
  const gateway = await startGateway(t, { backends: [origin.url], errorPages: pages, ...setting });
  return { origin, gateway };
}

const refusing = async (): Promise<Setting> => ({ backends: [await closedPort()] });
const silent = async (t: TestContext): Promise<Setting> => ({
  backends: [(await silentBackend(t)).url],
  timeouts: { response: 300 },
});
const full = async (t: TestContext): Promise<Setting> => ({
  backends: [(await okBackend(t)).url],
  poolMaxConns: 0,
  queue: { length: 0 },
});
const served = async (t: TestContext): Promise<Setting> => ({ backends: [(await okBackend(t)).url] });

for (const [status, error, make, request] of [
  [502, 'connection_refused', refusing, get()],
  [504, 'http_response_timeout', silent, get()],
  [503, 'connection_limit_reached', full, get()],
  [400, 'http_request_error', served, 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
  [400, 'http_request_error', served, 'GET /\r\n\r\n'],
  [413, 'http_request_error', served, post('/', 'x'.repeat(11))],
  [431, 'http_request_error', served, get('/', `X: ${'x'.repeat(2000)}`)],
  [501, 'http_request_error', served, 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'],
  [505, 'http_request_error', served, 'GET / HTTP/3.0\r\nHost: a\r\n\r\n'],
] as const) {
  test(`the page stands for ${status} (${error}), which stays what it is`, async t => {
    const limits = { bodyBytes: 10, headBytes: 1000 };
    const gateway = await startGateway(t, { ...(await make(t)), limits, errorPages: [HTML] });
    const answer = await exchange(t, gateway.address, request);
    const id = answer.field('x-request-id');
    assert.equal(answer.status, status);
    assert.equal(answer.text, `<p>${status} ${id}</p>`);
    assert.equal(answer.field('content-type'), 'text/html');
    assert.equal(answer.field('cache-control'), 'no-store');
    assert.equal(answer.field('proxy-status'), `sluice; error=${error}`);
    assert.equal(answer.field('retry-after'), status === 503 ? '1' : undefined);
    assert.equal((await gateway.ended(1))[0]!.id, id);
  });
}

test('what no route matches has the general page, a route its own in front of it', async t => {
  const gateway = await startGateway(t, {
    pools: { api: [await closedPort()] },
    routes: [
      { path: '/api/*', pool: 'api', errorPages: [{ statuses: [[502, 502]], text: 'api {status}' }] },
      { path: '/no', action: { kind: 'respond', status: 403, body: '', type: '' } },
    ],
    errorPages: [{ text: 'general {status}' }],
  });
  const texts = ['/api/x', '/no', '/else'].map(async path => {
    const { text } = await exchange(t, gateway.address, get(path));
    return text;
  });
  assert.deepEqual(await Promise.all(texts), ['api 502', 'general 403', 'general 404']);
});

test('HEAD is told the length of the page and gets none of it', async t => {
  const gateway = await startGateway(t, { backends: [await closedPort()], errorPages: [HTML] });
  const client = await connect(t, gateway.address);
  client.send(`HEAD / HTTP/1.1\r\nHost: a\r\n\r\n${get()}`);
  const head = await client.response('HEAD');
  const whole = await client.response();
  assert.equal(head.field('content-length'), String(whole.body.length));
});

test('a client that prefers JSON gets JSON, unless there is a page of JSON', async t => {
  const json = {
    type: 'application/json',
    text: '{"oh":{status},"ref":"{id}"}',
    statuses: [[503, 503]] as const,
  };
  const { gateway } = await intercepting(t, 'HTTP/1.1 500 Oh\r\nContent-Length: 3\r\n\r\noh!', {
    errorPages: [{ ...HTML, intercept: true }, json],
    routes: [
      { path: '/gone', action: { kind: 'respond', status: 503, body: '', type: '' } },
      { pool: 'default' },
    ],
  });
  const ask = (path: string) => exchange(t, gateway.address, get(path, 'Accept: application/json'));
  const own = await ask('/');
  const { id, ...told } = JSON.parse(own.text);
  assert.deepEqual(told, { status: 500, title: 'Internal Server Error' });
  assert.equal(id, (await gateway.ended(1))[0]!.id);
  const page = await ask('/gone');
  assert.deepEqual(JSON.parse(page.text), { oh: 503, ref: page.field('x-request-id') });
});

test('a page takes the place of a backend answer, whose fields stay but for those of its body', async t => {
  const { gateway, origin } = await intercepting(
    t,
    [
      'HTTP/1.1 401 Unauthorized',
      'Content-Length: 5',
      'Content-Type: text/secret',
      'Content-Encoding: br',
      'ETag: "x"',
      'Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT',
      'WWW-Authenticate: Basic realm="x"',
      'Set-Cookie: a=b',
      'Set-Cookie: c=d',
      'Content-Security-Policy: default-src none',
      '',
      'stack',
    ].join('\r\n'),
  );
  const client = await connect(t, gateway.address);
  client.send(get() + get());
  for (const answer of await client.responses(2)) {
    assert.equal(answer.status, 401);
    assert.match(answer.text, /^<p>401 [0-9a-f]{20}<\/p>$/);
    const names = answer.fields.map(([name]) => name.toLowerCase());
    assert.deepEqual(
      names.filter(name => /^content-|etag|last-mod|cookie|auth/.test(name)),
      [
        'www-authenticate',
        'set-cookie',
        'set-cookie',
        'content-security-policy',
        'content-type',
        'content-length',
      ],
    );
  }
  assert.equal(origin.connections.length, 1, 'the body was read, so the connection is kept');
  const [record] = await gateway.ended(2);
  assert.deepEqual([record!.status, record!.reason], [401, '']);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('what a document root has to say by itself has its page, too', async t => {
  const gateway = await startGateway(t, {
    backends: [(await okBackend(t)).url],
    site: { root: temporaryFolder(t), try: ['{path}', '=410'] },
    errorPages: [HTML],
  });
  assert.match((await exchange(t, gateway.address, get('/gone'))).text, /^<p>410 [0-9a-f]{20}<\/p>$/);
});

test('without intercept, and for other statuses, the answer of a backend is its own', async t => {
  const answer = 'HTTP/1.1 404 Not Here\r\nContent-Length: 4\r\n\r\nmine';
  const { gateway } = await intercepting(t, answer, {
    errorPages: [
      { ...HTML, statuses: [[404, 404]] },
      { ...HTML, statuses: [[500, 599]], intercept: true },
    ],
  });
  assert.equal((await exchange(t, gateway.address, get())).text, 'mine');
});

for (const [what, rest] of [
  ['is long', 'x'.repeat(300_000)],
  ['never ends', ''],
] as const) {
  test(`a body in place of which a page is sent is not waited for if it ${what}`, async t => {
    const origin = await backend(t, async connection => {
      await connection.request();
      connection.send(`HTTP/1.1 500 Oh\r\n\r\n${rest}`);
      await connection.closed();
    });
    const gateway = await startGateway(t, {
      backends: [origin.url],
      errorPages: [{ ...HTML, intercept: true }],
    });
    assert.match((await exchange(t, gateway.address, get())).text, /^<p>500/);
    await eventually('the backend is let go', () => origin.open === 0);
    assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
  });
}

test('a page of a mebibyte reaches a slow client whole', async t => {
  const text = `${'x'.repeat(1_000_000)}{id}${'y'.repeat(40_000)}`;
  const gateway = await startGateway(t, { backends: [await closedPort()], errorPages: [{ text }] });
  const client = await connect(t, gateway.address);
  client.pause();
  client.send(get() + get());
  client.resume();
  for (const { text: sent } of await client.responses(2)) assert.equal(sent.length, 1_040_020);
});

test('pages are read at the start and at a reload; one that is missing stops both, and nothing has changed then', async t => {
  const file = join(temporaryFolder(t), 'page.html');
  writeFileSync(file, 'one {status}');
  const gateway = await startGateway(t, {
    backends: [await closedPort()],
    errorPages: [{ file, type: 'text/html' }],
  });
  const page = async () => (await exchange(t, gateway.address, get())).text;
  writeFileSync(file, 'two {status}');
  assert.equal(await page(), 'one 502');
  const { config } = gateway.gateway;
  const missing = { ...config, errorPages: [{ ...config.errorPages[0]!, file: `${file}.missing` }] };
  const words = /error-page: cannot read the page ".*missing": no such file$/;
  await assert.rejects(gateway.gateway.reload(missing), (error: Error) => {
    return error instanceof ConfigError && words.test(error.message);
  });
  assert.equal(await page(), 'one 502');
  await gateway.gateway.reload(config);
  assert.equal(await page(), 'two 502');
  const never = new Gateway(missing, new MemoryLog());
  await assert.rejects(never.start(), words);
});

test('a page is a regular file of a mebibyte at most', async t => {
  const folder = temporaryFolder(t);
  const long = join(folder, 'long');
  writeFileSync(long, Buffer.alloc(1_048_577));
  for (const [file, words] of [
    [long, /longer than 1 MiB/],
    [folder, /no regular file/],
  ] as const) {
    const setting = { backends: [(await okBackend(t)).url], routes: [{ errorPages: [{ file }] }] };
    const gateway = new Gateway(makeConfig(setting), new MemoryLog());
    await assert.rejects(gateway.start(), words);
  }
});

test('an answer that goes well has no page', async t => {
  const { gateway } = await intercepting(t, ok('fine'));
  assert.equal((await exchange(t, gateway.address, get())).text, 'fine');
});
