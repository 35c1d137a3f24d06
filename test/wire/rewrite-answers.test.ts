import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backend, fixedBackend, ok } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import { NO_REWRITE, type RouteSetting, type Setting } from '../support/config.ts';
import { startGateway } from '../support/gateway.ts';
import { temporaryFolder } from '../support/socket-path.ts';

const APP: RouteSetting['rewrite'] = { path: [{ kind: 'prefix', from: '/app', to: '' }], host: 'inner' };

const MARKED: RouteSetting['rewrite'] = {
  response: { remove: ['Server'], set: [['X-Frame-Options', 'DENY']], add: [['X-Path', '{path}']] },
};

/** The answer to a GET for `/app/x` by a backend that says those lines. */
async function answerTo(t: TestContext, lines: readonly string[], setting: Setting, ...asked: string[]) {
  const origin = await backend(t, connection =>
    connection.always(ok('ok', ...lines.map(line => line.replace('PORT', `${origin.port}`)))),
  );
  const gateway = await startGateway(t, { backends: [origin.url], ...setting });
  return exchange(t, gateway.address, get('/app/x', ...asked));
}

test('an application that knows nothing of its prefix and its Host leads nobody astray', async t => {
  const lines = [
    'Location: http://inner/login?next=/x',
    'Content-Location: /y',
    'Refresh: 3; url=/z',
    'Set-Cookie: a=1; Path=/; HttpOnly',
    'set-cookie: b=2; domain=inner; path=/b',
    'X-Kept: http://inner/x',
  ];
  const answer = await answerTo(t, lines, { routes: [{ rewrite: APP }] });
  assert.deepEqual(
    answer.lines.filter(line => !/^(date|content-length|connection)/i.test(line)),
    [
      'Location: http://example.com/app/login?next=/x',
      'Content-Location: /app/y',
      'Refresh: 3; url=/app/z',
      'Set-Cookie: a=1; Path=/app; HttpOnly',
      'set-cookie: b=2; domain=example.com; path=/app/b',
      'X-Kept: http://inner/x',
    ],
  );
});

test('the address of the backend itself is mapped, and that of a neighbour is not', async t => {
  const setting = { routes: [{ rewrite: APP }] };
  const own = await answerTo(t, ['Location: http://127.0.0.1:PORT/y'], setting);
  assert.equal(own.field('location'), 'http://example.com/app/y');
  const other = await answerTo(t, ['Location: http://127.0.0.1:1/y'], setting);
  assert.equal(other.field('location'), 'http://127.0.0.1:1/y');
});

test('behind a trusted proxy a mapped URL has the scheme and the host that the client sees', async t => {
  const setting = { routes: [{ rewrite: APP }], trustProxy: ['127.0.0.1'] };
  const hearsay = [
    'X-Forwarded-Proto: https',
    'X-Forwarded-Host: www.example.com',
    'X-Forwarded-For: 192.0.2.1',
  ];
  const answer = await answerTo(t, ['Location: http://inner/y'], setting, ...hearsay);
  assert.equal(answer.field('location'), 'https://www.example.com/app/y');
  const stranger = await answerTo(t, ['Location: http://inner/y'], { routes: setting.routes }, ...hearsay);
  assert.equal(stranger.field('location'), 'http://example.com/app/y');
});

test('a route that maps nothing back lets answers be, byte for byte', async t => {
  const rewrite = { ...APP, reverse: { mode: 'off' as const, pairs: [] } };
  const answer = await answerTo(t, ['Location:  http://inner/y', 'Set-Cookie: a=1; Path=/'], {
    routes: [{ rewrite }],
  });
  assert.equal(answer.field('location'), 'http://inner/y');
  assert.equal(answer.field('set-cookie'), 'a=1; Path=/');
});

test('fields of an answer are removed, set and added, and its framing is not touched', async t => {
  const lines = ['Server: x', 'server: y', 'X-Frame-Options: ALLOW', 'ETag: "1"'];
  const answer = await answerTo(t, lines, { routes: [{ rewrite: MARKED }] });
  assert.deepEqual(answer.all('server'), []);
  assert.deepEqual(answer.all('x-frame-options'), ['DENY']);
  assert.equal(answer.field('x-path'), '/app/x');
  assert.equal(answer.field('etag'), '"1"');
  assert.equal(answer.text, 'ok');
});

test('answers of the gateway itself are changed as those of a backend are', async t => {
  const root = temporaryFolder(t);
  const refused = await startGateway(t, { backends: ['http://127.0.0.1:1'], routes: [{ rewrite: MARKED }] });
  const failed = await exchange(t, refused.address, get('/x'));
  assert.equal(failed.status, 502);
  assert.deepEqual([failed.field('x-frame-options'), failed.field('x-path')], ['DENY', '/x']);
  assert.ok(failed.field('proxy-status'));
  const site = await startGateway(t, {
    backends: ['fcgi://127.0.0.1:1'],
    site: { root },
    routes: [{ rewrite: MARKED }],
  });
  const missing = await exchange(t, site.address, get('/none'));
  assert.deepEqual([missing.status, missing.field('x-frame-options')], [404, 'DENY']);
});

test('answers that no backend gives are changed, too', async t => {
  const gateway = await startGateway(t, {
    backends: ['http://127.0.0.1:1'],
    routes: [
      { path: '/old', action: { kind: 'redirect', status: 301, location: '/new' }, rewrite: MARKED },
      {
        path: '/text',
        action: { kind: 'respond', status: 200, body: 'hi', type: 'text/plain' },
        rewrite: MARKED,
      },
      { path: '/no', action: { kind: 'respond', status: 403, body: '', type: '' }, rewrite: MARKED },
    ],
  });
  for (const [target, status] of [
    ['/old', 301],
    ['/text', 200],
    ['/no', 403],
  ] as const) {
    const answer = await exchange(t, gateway.address, get(target));
    assert.equal(answer.status, status);
    assert.deepEqual([answer.field('x-frame-options'), answer.field('x-path')], ['DENY', target], target);
  }
});

test('what an application says of an answer that another gives is mapped back, too', async t => {
  const files = await fixedBackend(t, ok('file', 'Server: x'));
  const app = await backend(t, connection =>
    connection.always(({ target }) =>
      ok(
        '',
        `${target === '/a' ? 'X-Accel-Redirect: /files/a' : `X-Reproxy-URL: http://files/a`}`,
        'Set-Cookie: a=1; Path=/',
      ),
    ),
  );
  const gateway = await startGateway(t, {
    pools: { app: [app.url], files: [files.url] },
    routes: [
      { path: '/app/*', pool: 'app', rewrite: { ...APP, response: { ...MARKED.response!, add: [] } } },
      { path: '/files/*', name: 'files', pool: 'files' },
    ],
    directs: { accelRoutes: ['files'], reproxyPools: ['files'] },
  });
  for (const target of ['/app/a', '/app/b']) {
    const answer = await exchange(t, gateway.address, get(target));
    assert.equal(answer.text, 'file', target);
    assert.equal(answer.field('set-cookie'), 'a=1; Path=/app', target);
    assert.deepEqual(answer.all('x-frame-options'), ['DENY'], target);
  }
});

test('an interim answer goes to the client as it is, and the final one is changed', async t => {
  const origin = await fixedBackend(
    t,
    `HTTP/1.1 103 Early Hints\r\nServer: x\r\nLink: </a>\r\n\r\n${ok('ok', 'Server: x')}`,
  );
  const gateway = await startGateway(t, { backends: [origin.url], routes: [{ rewrite: MARKED }] });
  const client = await connect(t, gateway.address);
  client.send(get('/x'));
  const hints = await client.response();
  assert.deepEqual([hints.status, hints.field('server')], [103, 'x']);
  assert.deepEqual(hints.all('x-frame-options'), []);
  const answer = await client.response();
  assert.deepEqual(answer.all('server'), []);
  assert.equal(answer.field('x-frame-options'), 'DENY');
});

test('a switch of protocols keeps what it is made of', async t => {
  const origin = await fixedBackend(
    t,
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nServer: x\r\n\r\n',
  );
  const gateway = await startGateway(t, { backends: [origin.url], routes: [{ rewrite: MARKED }] });
  const client = await connect(t, gateway.address);
  client.send(get('/x', 'Connection: Upgrade', 'Upgrade: websocket'));
  const head = await client.until('\r\n\r\n');
  assert.match(head, /^HTTP\/1\.1 101 /);
  assert.match(head, /\r\nUpgrade: websocket\r\n/i);
  assert.match(head, /\r\nConnection: Upgrade\r\n/);
  assert.match(head, /\r\nX-Frame-Options: DENY\r\n/);
  assert.doesNotMatch(head, /server/i);
});

test('the lengths that answers to HEAD and of 304 speak of stay as they are (19)', async t => {
  for (const [method, head] of [
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: "1"\r\n\r\n'],
  ] as const) {
    const origin = await fixedBackend(t, head);
    const gateway = await startGateway(t, { backends: [origin.url], routes: [{ rewrite: MARKED }] });
    const answer = await exchange(t, gateway.address, get('/x').replace('GET', method));
    assert.equal(answer.field('content-length'), '5');
    assert.equal(answer.field('x-frame-options'), 'DENY');
  }
});

test('a value that would end the line of an answer is refused before a backend hears of the request (14)', async t => {
  const origin = await fixedBackend(t, ok());
  const gateway = await startGateway(t, {
    backends: [origin.url],
    routes: [
      { path: '~^/u/(.*)$', rewrite: { response: { ...NO_REWRITE.response, set: [['X-User', '$1']] } } },
    ],
  });
  const answer = await exchange(t, gateway.address, get('/u/a%0d%0aSet-Cookie:%20x=1'));
  assert.equal(answer.status, 400);
  assert.deepEqual(answer.all('set-cookie'), []);
  assert.equal(origin.requests.length, 0);
});
