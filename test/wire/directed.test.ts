import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { afterwards } from '../support/afterwards.ts';
import { type Backend, backend, fixedBackend, ok } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { Message } from '../support/message.ts';
import { closedPort } from '../support/unreachable.ts';

/** An application whose answers have these fields and a body that nobody is to see. */
function directing(t: TestContext, ...lines: string[]): Promise<Backend> {
  return fixedBackend(t, ok('not this', ...lines));
}

/** A storage that tells what it was asked. */
function storage(t: TestContext, name: string): Promise<Backend> {
  const answer = ({ startLine, body }: Message) =>
    ok(`${name} ${startLine} [${body}]`, 'Content-Type: text/storage', 'ETag: "stored"', 'X-Own: storage');
  return backend(t, connection => connection.always(answer));
}

async function start(t: TestContext, setting: Setting): Promise<RunningGateway> {
  const gateway = await startGateway(t, setting);
  afterwards(t, () => eventually('all slots are free', () => gateway.load().inFlight === 0));
  return gateway;
}

test('X-Accel-Redirect gets what the route has that it leads to, and keeps the fields of the application (63)', async t => {
  const app = await directing(
    t,
    'X-Accel-Redirect: /files/a%20b?v=1',
    'Content-Type: image/png',
    'ETag: "of the page"',
    'Set-Cookie: seen=1',
    'X-Own: app',
  );
  const files = await storage(t, 'files');
  const gateway = await start(t, {
    backends: [app.url],
    pools: { files: [files.url] },
    routes: [{ name: 'files', path: '/files/*', pool: 'files', internal: true }],
    directs: { accelRoutes: ['files'] },
  });
  const answer = await exchange(t, gateway.address, post('/page', 'body', 'Content-Type: text/plain'));
  assert.equal(answer.text, 'files GET /files/a%20b?v=1 HTTP/1.1 []');
  assert.deepEqual(
    ['content-type', 'etag', 'set-cookie', 'x-own', 'x-accel-redirect'].map(name => answer.field(name)),
    ['image/png', '"stored"', 'seen=1', 'app', undefined],
  );
  const [record] = await gateway.ended(1);
  assert.deepEqual([record!.method, record!.target], ['POST', '/page']);
  assert.equal(files.requests[0]!.field('content-type'), undefined);
});

test('a route that is closed to clients is met by no request of theirs', async t => {
  const app = await fixedBackend(t, ok('app'));
  const files = await storage(t, 'files');
  const gateway = await start(t, {
    backends: [app.url],
    pools: { files: [files.url] },
    routes: [{ name: 'files', path: '/files/*', pool: 'files', internal: true }],
    directs: { accelRoutes: ['files'] },
  });
  const answer = await exchange(t, gateway.address, get('/files/x', 'X-Accel-Redirect: /files/x'));
  assert.equal(answer.text, 'app');
});

test('a route that the application may not use is not used, and nothing is told of it', async t => {
  const app = await directing(t, 'X-Accel-Redirect: /secret/x', 'X-Secret: 1');
  const files = await storage(t, 'files');
  const gateway = await start(t, {
    backends: [app.url],
    pools: { files: [files.url] },
    routes: [
      { name: 'files', path: '/files/*', pool: 'files' },
      { name: 'secret', path: '/secret/*', pool: 'files' },
    ],
    directs: { accelRoutes: ['files'] },
  });
  const answer = await exchange(t, gateway.address, get('/page'));
  assert.deepEqual([answer.status, answer.field('x-secret')], [502, undefined]);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'direction_refused');
  assert.match(record!.detail, /"\/secret\/x" leads to the route secret, and accel-routes are files/);
  assert.equal(files.requests.length, 0);
});

test('who is not allowed to direct anything has his fields passed on', async t => {
  const app = await directing(t, 'X-Accel-Redirect: /a', 'X-Reproxy-URL: http://b/', 'X-Rewrite-URI: /c');
  const gateway = await start(t, { backends: [app.url] });
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.text, 'not this');
  assert.equal(answer.field('x-accel-redirect'), '/a');
});

test('what cannot be followed is not passed on either: an interim answer, a 304, and an upgrade (63)', async t => {
  const directions = [
    'X-Accel-Redirect: /a',
    'X-Reproxy-URL: http://a/',
    'X-Rewrite-URI: /a',
    'X-Sendfile: /a',
  ];
  const lines = [...directions, 'X-Other: kept'].join('\r\n');
  const app = await backend(t, async connection => {
    await connection.request();
    connection.send(
      `HTTP/1.1 103 Early Hints\r\n${lines}\r\n\r\nHTTP/1.1 304 Not Modified\r\n${lines}\r\n\r\n`,
    );
    await connection.request();
    connection.send(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n${lines}\r\n\r\n`,
    );
  });
  const gateway = await startGateway(t, {
    backends: [app.url],
    pools: { a: [app.url] },
    directs: { rewritePools: ['a'] },
  });
  const client = await connect(t, gateway.address);
  client.send(get());
  const answers = [await client.response(), await client.response()];
  client.send(get('/', 'Connection: upgrade', 'Upgrade: x'));
  answers.push(await client.response());
  assert.deepEqual(
    answers.map(answer => answer.status),
    [103, 304, 101],
  );
  for (const answer of answers) {
    const names = directions.map(line => line.slice(0, line.indexOf(':')).toLowerCase());
    assert.deepEqual(
      names.map(name => answer.field(name)),
      names.map(() => undefined),
    );
    assert.equal(answer.field('x-other'), 'kept');
  }
});

test('the ninth time that a request is sent on ends in 502 (59)', async t => {
  const app = await directing(t, 'X-Accel-Redirect: /again');
  const gateway = await start(t, {
    backends: [app.url],
    routes: [{ name: 'all', pool: 'default' }],
    directs: { accelRoutes: ['all'] },
  });
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.status, 502);
  assert.equal((await gateway.ended(1))[0]!.reason, 'redirect_loop');
  assert.equal(app.requests.length, 9);
});

test('X-Rewrite-Backend sends the same request with its body to another pool', async t => {
  const app = await directing(
    t,
    'X-Rewrite-Backend: other',
    'X-Rewrite-URI: /b?c',
    'X-Rewrite-Host: other.test',
  );
  const other = await storage(t, 'other');
  const gateway = await start(t, {
    backends: [app.url],
    pools: { other: [other.url] },
    routes: [{ path: '/*' }],
    directs: { rewritePools: ['other'] },
  });
  const answer = await exchange(t, gateway.address, post('/a', 'the body', 'Content-Type: text/x'));
  assert.equal(answer.text, 'other POST /b?c HTTP/1.1 [the body]');
  assert.equal(answer.field('x-own'), 'storage');
  assert.deepEqual(
    ['host', 'content-type', 'x-forwarded-host'].map(name => other.requests[0]!.field(name)),
    ['other.test', 'text/x', 'example.com'],
  );
});

test('without X-Rewrite-URI the path is the one that came to the route, whatever that made of it', async t => {
  const app = await directing(t, 'X-Rewrite-Backend: other');
  const other = await storage(t, 'other');
  const gateway = await start(t, {
    backends: [app.url],
    pools: { other: [other.url] },
    routes: [{ path: '/app/*', rewrite: { path: [{ kind: 'prefix', from: '/app/', to: '/' }] } }],
    directs: { rewritePools: ['other'] },
  });
  const answer = await exchange(t, gateway.address, get('/app/x?y'));
  assert.match(answer.text, /^other GET \/app\/x\?y /);
  assert.equal(app.requests[0]!.target, '/x?y');
});

test('X-Rewrite-URI goes by the routes, and to no pool that is not listed', async t => {
  const app = await directing(t, 'X-Rewrite-URI: /other/x');
  const other = await storage(t, 'other');
  const setting: Setting = {
    backends: [app.url],
    pools: { other: [other.url], third: [other.url] },
    routes: [{ name: 'o', path: '/other/*', pool: 'other' }],
  };
  const allowed = await start(t, { ...setting, directs: { rewritePools: ['other'] } });
  assert.match((await exchange(t, allowed.address, get('/a'))).text, /^other GET \/other\/x /);
  const denied = await start(t, { ...setting, directs: { rewritePools: ['third'] } });
  assert.equal((await exchange(t, denied.address, get('/a'))).status, 502);
  assert.match(
    (await denied.ended(1))[0]!.detail,
    /"example.com\/other\/x", lead to the pool other, and rewrite-pools are third/,
  );
});

for (const line of [
  'X-Rewrite-URI: http://evil.test/',
  'X-Rewrite-URI: a',
  'X-Rewrite-Host: a b',
  'X-Rewrite-Backend: nobody',
  'X-Rewrite-Backend: default',
  // What the routes refuse is not the client's mistake either.
  'X-Rewrite-URI: /a/..%2fb',
  'X-Rewrite-URI: /%00',
  'X-Rewrite-Host: a%41',
  'X-Accel-Redirect: /a/..%2fb',
  'X-Accel-Redirect: /%0d%0aX',
]) {
  test(`${line} is refused`, async t => {
    const app = await directing(t, line);
    const gateway = await start(t, {
      backends: [app.url],
      pools: { other: [app.url] },
      routes: [
        { path: '/a/*', pool: 'other' },
        { hosts: ['b.test'], pool: 'other' },
        { name: 'all', path: '/*' },
      ],
      directs: { rewritePools: ['other'], accelRoutes: ['all'] },
    });
    assert.equal((await exchange(t, gateway.address, get())).status, 502);
    assert.equal((await gateway.ended(1))[0]!.reason, 'direction_refused');
    assert.equal(app.requests.length, 1);
  });
}

test('a request whose body is too long to be sent again is not sent on', async t => {
  const app = await directing(t, 'X-Rewrite-Backend: other');
  const other = await storage(t, 'other');
  const gateway = await start(t, {
    backends: [app.url],
    pools: { other: [other.url] },
    routes: [{ path: '/*' }],
    directs: { rewritePools: ['other'] },
  });
  const answer = await exchange(t, gateway.address, post('/', 'x'.repeat(200_000)));
  assert.equal(answer.status, 502);
  assert.equal(other.requests.length, 0);
});

test('X-Reproxy-URL is answered with the first body that can be had and has the expected size', async t => {
  const dead = await closedPort();
  const missing = await fixedBackend(t, 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
  const long = await fixedBackend(t, ok('too long by far'));
  const good = await fixedBackend(t, ok('stored', 'Content-Type: text/storage', 'ETag: "s"'));
  const urls = ['http://dead/1', `${missing.url}/2`, 'http://long/3', `${good.url}/4?q`];
  const app = await directing(
    t,
    `X-Reproxy-URL: ${urls.join(' ')}`,
    'X-Reproxy-Expected-Size: 6',
    'Content-Type: image/png',
    'X-Own: app',
  );
  const pools = { dead: [dead], missing: [missing.url], long: [long.url], good: [good.url] };
  const gateway = await start(t, {
    backends: [app.url],
    pools,
    routes: [{ path: '/*' }],
    directs: { reproxyPools: Object.keys(pools) },
  });
  const request = post('/page', 'body', 'Cookie: c=1', 'Authorization: Basic x', 'If-None-Match: "page"');
  const answer = await exchange(t, gateway.address, request);
  assert.deepEqual([answer.status, answer.text], [200, 'stored']);
  assert.deepEqual(
    ['content-type', 'etag', 'x-own', 'x-reproxy-url', 'x-reproxy-expected-size'].map(name =>
      answer.field(name),
    ),
    ['image/png', '"s"', 'app', undefined, undefined],
  );
  assert.equal(good.requests[0]!.startLine, 'GET /4?q HTTP/1.1');
  assert.deepEqual(
    ['cookie', 'authorization', 'if-none-match', 'content-type'].map(name => good.requests[0]!.field(name)),
    [undefined, undefined, undefined, undefined],
  );
});

test('a part that the client asked for is fetched, and the size of the whole is what counts', async t => {
  const good = await fixedBackend(
    t,
    'HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\nContent-Range: bytes 0-2/6\r\n\r\nsto',
  );
  const app = await directing(t, 'X-Reproxy-URL: http://good/', 'X-Reproxy-Expected-Size: 6');
  const gateway = await start(t, {
    backends: [app.url],
    pools: { good: [good.url] },
    routes: [{ path: '/*' }],
    directs: { reproxyPools: ['good'] },
  });
  const answer = await exchange(t, gateway.address, get('/', 'Range: bytes=0-2'));
  assert.deepEqual([answer.status, answer.text, answer.field('content-range')], [206, 'sto', 'bytes 0-2/6']);
  assert.equal(good.requests[0]!.field('range'), 'bytes=0-2');
});

test('a HEAD for a body from storage gets what a GET would, the expected size held against its Content-Length', async t => {
  const good = await fixedBackend(t, 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\nETag: "s"\r\n\r\n');
  const fields = 'X-Reproxy-URL: http://good/\r\nX-Reproxy-Expected-Size: 6\r\n';
  const app = await fixedBackend(t, `HTTP/1.1 200 OK\r\n${fields}\r\n`);
  const gateway = await start(t, {
    backends: [app.url],
    pools: { good: [good.url] },
    directs: { reproxyPools: ['good'] },
  });
  const answer = await exchange(t, gateway.address, 'HEAD / HTTP/1.1\r\nHost: example.com\r\n\r\n');
  assert.deepEqual([answer.status, answer.field('content-length'), answer.field('etag')], [200, '6', '"s"']);
});

test('digests of a body that is not sent are not told of the one that is (63)', async t => {
  const names = ['Content-MD5', 'Content-Digest', 'Repr-Digest', 'Digest'];
  const app = await directing(t, 'X-Reproxy-URL: http://good/', ...names.map(name => `${name}: of the page`));
  const good = await fixedBackend(t, ok('stored', 'Repr-Digest: of the file'));
  const gateway = await start(t, {
    backends: [app.url],
    pools: { good: [good.url] },
    directs: { reproxyPools: ['good'] },
  });
  const answer = await exchange(t, gateway.address, get());
  assert.deepEqual(
    names.map(name => answer.field(name.toLowerCase())),
    [undefined, undefined, 'of the file', undefined],
  );
});

test('who has written by X-Rewrite-Backend reads where he has written, as by the routes that lead there', async t => {
  const app = await directing(t, 'X-Rewrite-Backend: db');
  const db = await storage(t, 'db');
  const copies = await storage(t, 'copies');
  const gateway = await start(t, {
    backends: [app.url],
    pools: { db: [db.url], copies: [copies.url] },
    routes: [{ path: '/data/*', pool: 'db', reads: 'copies', readYourWrites: 60_000 }],
    directs: { rewritePools: ['db'] },
  });
  const written = await exchange(t, gateway.address, post('/app', 'x'));
  assert.match(written.text, /^db POST/);
  const [cookie] = /^sluice_wrote_[^;]*/.exec(written.field('set-cookie') ?? '') ?? [];
  assert.ok(cookie, 'it is told that it has written');
  const read = await exchange(t, gateway.address, get('/data/1', `Cookie: ${cookie}`));
  assert.match(read.text, /^db GET/);
});

test('where nothing can be fetched the answer is 502, and the log says why', async t => {
  const missing = await fixedBackend(t, 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
  for (const [value, why] of [
    ['http://127.0.0.1:1/', /"http:\/\/127.0.0.1:1\/" is in none of reproxy-pools: store/],
    ['file:///etc/passwd', /is no URL such as/],
    ['http://store/', /was answered 404/],
    [' ', /names nothing/],
  ] as const) {
    const app = await directing(t, `X-Reproxy-URL: ${value}`);
    const gateway = await start(t, {
      backends: [app.url],
      pools: { store: [missing.url] },
      routes: [{ path: '/*' }],
      directs: { reproxyPools: ['store'] },
    });
    assert.equal((await exchange(t, gateway.address, get())).status, 502, value);
    assert.match((await gateway.ended(1))[0]!.detail, why);
  }
});
