import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backend, ok, okBackend } from '../support/backend.ts';
import { cgiBackend, page, scgiPairs, uwsgiPairs } from '../support/cgi-request.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { makeRoute, NO_REWRITE, type RouteSetting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { fcgiBackend, fcgiUrl } from '../support/fastcgi.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { scgiApp } from '../support/scgi-app.ts';

const PREFIX: RouteSetting = { rewrite: { path: [{ kind: 'prefix', from: '/app', to: '' }] } };

test('a backend gets the path without the prefix, and all else of it byte for byte (13)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], routes: [PREFIX] });
  const targets = ['/app/x%2Fy%41?a=%62', '/%61pp/x', '/app', '/apple/x', '/app?q'];
  for (const target of targets) assert.equal((await exchange(t, gateway.address, get(target))).status, 200);
  assert.deepEqual(
    origin.requests.map(({ target }) => target),
    ['/x%2Fy%41?a=%62', '/x', '/', '/apple/x', '/?q'],
  );
});

test('Host, query and fields are those of the route, and what a client sends under their names is gone (9, 10)', async t => {
  const origin = await okBackend(t);
  const rewrite: RouteSetting['rewrite'] = {
    host: 'inner.example:81',
    query: '{query}&tenant=blue',
    request: {
      remove: ['X-Secret'],
      set: [
        ['X-Tenant', 'blue'],
        ['X-Came-For', '{host}{target}'],
      ],
      add: [['X-More', 'two']],
    },
  };
  const gateway = await startGateway(t, { backends: [origin.url], routes: [{ rewrite }] });
  const lines = [
    'X-Tenant: red',
    'x_tenant: red',
    'X-SECRET: 1',
    'X-More: one',
    'Connection: X-Tenant, X-More-Or-Less',
  ];
  await exchange(t, gateway.address, get('/x?a=1', ...lines));
  const [request] = origin.requests;
  assert.equal(request!.target, '/x?a=1&tenant=blue');
  assert.equal(request!.field('host'), 'inner.example:81');
  assert.equal(request!.field('x-forwarded-host'), 'example.com');
  assert.deepEqual(request!.all('x-tenant'), ['blue']);
  assert.deepEqual(request!.all('x_tenant'), []);
  assert.deepEqual(request!.all('x-secret'), []);
  assert.deepEqual(request!.all('x-more'), ['one', 'two']);
  assert.equal(request!.field('x-came-for'), 'example.com/x?a=1');
});

test('a line end that a path brings in another dress is refused, and no backend hears of it (14)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, {
    backends: [origin.url],
    routes: [
      { path: '~^/u/(.*)$', rewrite: { request: { ...NO_REWRITE.request, set: [['X-User', '$1']] } } },
    ],
  });
  assert.equal((await exchange(t, gateway.address, get('/u/al%20ice'))).status, 200);
  assert.equal(origin.requests[0]!.field('x-user'), 'al ice');
  for (const bad of ['a%0d%0aX-Admin:%201', 'a%0aX', 'a%0dX', 'a%00b']) {
    const answer = await exchange(t, gateway.address, get(`/u/${bad}`));
    assert.equal(answer.status, 400, bad);
  }
  assert.equal(origin.requests.length, 1);
});

test('a path that leads beside what the prefix stands for is refused (13)', async t => {
  const origin = await okBackend(t);
  const rewrite = { path: [{ kind: 'prefix', from: '/app', to: '/inner' }] } as const;
  const gateway = await startGateway(t, { backends: [origin.url], routes: [{ rewrite }] });
  for (const target of ['/app/../x', '/app/%2e%2e/x', '/app/..%2fx', '/app/..;a/x', '/app/a/..%5c..%5cx'])
    assert.equal((await exchange(t, gateway.address, get(target))).status, 400, target);
  assert.equal(origin.requests.length, 0);
});

test('what is tried again is rewritten once', async t => {
  const origin = await backend(t, async (connection, index) => {
    await connection.request();
    if (index === 0) connection.close();
    else connection.send(ok());
  });
  const rewrite = {
    path: [{ kind: 'prefix', from: '/app', to: '/app/app' }],
    request: { ...NO_REWRITE.request, add: [['X-Once', 'yes']] },
  } as const;
  const gateway = await startGateway(t, {
    backends: [origin.url],
    routes: [{ rewrite }],
    retry: { on: ['connect', 'reused', 'terminated'], budget: 1 },
  });
  assert.equal((await exchange(t, gateway.address, get('/app/x'))).status, 200);
  const again = origin.requests[1]!;
  assert.equal(again.target, '/app/app/x');
  assert.deepEqual(again.all('x-once'), ['yes']);
});

test('the log speaks of what the client asked for', async t => {
  const origin = await okBackend(t);
  const rewrite = {
    path: [{ kind: 'prefix', from: '/app', to: '' }],
    host: 'inner',
    request: { ...NO_REWRITE.request, remove: ['user-agent'] },
  } as const;
  const gateway = await startGateway(t, { backends: [origin.url], routes: [{ rewrite }] });
  await exchange(t, gateway.address, get('/app/x', 'User-Agent: me'));
  assert.deepEqual(origin.requests[0]!.all('user-agent'), []);
  const [record] = await gateway.ended(1);
  assert.deepEqual([record!.target, record!.host, record!.userAgent], ['/app/x', 'example.com', 'me']);
});

type Told = { readonly variables: ReadonlyMap<string, string> };

const told = ({ variables }: Told) => page(JSON.stringify(Object.fromEntries(variables)));

for (const [name, start] of [
  ['FastCGI', async t => fcgiUrl(await fcgiBackend(t, told))],
  ['SCGI', async t => `scgi://127.0.0.1:${(await cgiBackend(t, scgiPairs, told)).port}`],
  ['uwsgi', async t => `uwsgi://127.0.0.1:${(await cgiBackend(t, uwsgiPairs, told)).port}`],
] as const satisfies [string, (t: TestContext) => Promise<string>][]) {
  test(`a ${name} application is told the path and the names of its route`, async t => {
    const rewrite = {
      path: [{ kind: 'prefix', from: '/blog', to: '' }],
      docroot: '/srv/{hostname}',
      scriptName: '/index.php',
      request: { ...NO_REWRITE.request, set: [['X-Tenant', 'blue']] },
    } as const;
    const gateway = await startGateway(t, {
      backends: [await start(t)],
      routes: [{ rewrite }],
    });
    const answer = await exchange(t, gateway.address, get('/blog/a%20post?x=1', 'X_Tenant: red'));
    const variables = JSON.parse(answer.text) as Record<string, string>;
    const named = (...names: string[]) => names.map(one => variables[one]);
    assert.deepEqual(
      named('SCRIPT_FILENAME', 'SCRIPT_NAME', 'PATH_INFO', 'DOCUMENT_ROOT', 'PATH_TRANSLATED'),
      ['/srv/example.com/index.php', '/index.php', '/a post', '/srv/example.com', '/srv/example.com/a post'],
    );
    assert.deepEqual(named('REQUEST_URI', 'QUERY_STRING'), ['/a%20post?x=1', 'x=1']);
    assert.deepEqual(named('HTTP_X_TENANT', 'HTTP_X_FORWARDED_PREFIX'), ['blue', '/blog']);
  });
}

test('a local redirect begins anew: with what the client sent, and below the prefix that it came by (59)', async t => {
  const app = await scgiApp(t, variables =>
    variables.get('REQUEST_URI') === '/a' ? 'Location: /b\r\n\r\n' : 'Content-Type: text/plain\r\n\r\nhere',
  );
  const rewrite = {
    path: [{ kind: 'prefix', from: '/app', to: '' }],
    host: 'inner-{hostname}',
    request: { ...NO_REWRITE.request, add: [['X-Once', 'yes']] },
    response: { ...NO_REWRITE.response, add: [['X-Route', '{path}']] },
  } as const;
  const gateway = await startGateway(t, { backends: [app.url], routes: [{ path: '/app/*', rewrite }] });
  const answer = await exchange(t, gateway.address, post('/app/a', 'x', 'X-Sent: 1'));
  assert.equal(answer.text, 'here');
  assert.deepEqual(answer.all('x-route'), ['/app/b']);
  const second = app.requests[1]!;
  assert.equal(second.get('REQUEST_URI'), '/b');
  assert.equal(second.get('HTTP_HOST'), 'inner-example.com');
  assert.equal(second.get('HTTP_X_ONCE'), 'yes');
  assert.equal(second.get('HTTP_X_SENT'), '1');
});

test('a route keeps its rewrite when its configuration changes, and has the new one for what comes then', async t => {
  const origin = await okBackend(t);
  const routesOf = (to: string) => [
    { name: 'app', rewrite: { path: [{ kind: 'prefix' as const, from: '/app', to }] } },
  ];
  const gateway = await startGateway(t, { backends: [origin.url], routes: routesOf('/one') });
  await ask(t, gateway);
  const config = gateway.gateway.config;
  await gateway.gateway.reload({ ...config, routes: routesOf('/two').map(makeRoute) });
  await ask(t, gateway);
  await gateway.gateway.reload({ ...config, routes: [makeRoute({ name: 'app' })] });
  await ask(t, gateway);
  assert.deepEqual(
    origin.requests.map(({ target }) => target),
    ['/one/x', '/two/x', '/app/x'],
  );
});

test('what another pool of the route gets is rewritten as the route says, and the copy of a mirror as well', async t => {
  const [stable, next, copies] = [await okBackend(t), await okBackend(t), await okBackend(t)];
  const gateway = await startGateway(t, {
    backends: [stable.url],
    pools: { next: [next.url], copies: [copies.url] },
    routes: [
      {
        ...PREFIX,
        canary: { pool: 'next', share: 1, by: undefined, header: '' },
        mirror: { pool: 'copies', share: 1 },
      },
    ],
  });
  assert.equal((await exchange(t, gateway.address, get('/app/x'))).status, 200);
  await eventually('the mirror has its copy', () => copies.requests.length === 1);
  assert.deepEqual(
    [next, copies, stable].map(({ requests }) => requests[0]?.target),
    ['/x', '/x', undefined],
  );
});

test('on a kept connection each request is rewritten for itself', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, {
    backends: [origin.url],
    routes: [{ ...PREFIX, path: '/app/*' }, { path: '/*' }],
  });
  const client = await connect(t, gateway.address);
  for (const target of ['/app/x', '/x', '/app/y']) {
    client.send(get(target));
    await client.response();
  }
  assert.deepEqual(
    origin.requests.map(({ target }) => target),
    ['/x', '/x', '/y'],
  );
});

function ask(t: TestContext, gateway: RunningGateway) {
  return exchange(t, gateway.address, get('/app/x'));
}
