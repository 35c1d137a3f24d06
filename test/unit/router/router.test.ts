import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RouteConfig } from '../../../src/config/config.ts';
import type { Exchange } from '../../../src/exchange.ts';
import type { Pool } from '../../../src/pool/pool.ts';
import { Route } from '../../../src/router/route.ts';
import { Router } from '../../../src/router/router.ts';
import { makeRoute, type RouteSetting } from '../../support/config.ts';

function pools(...names: string[]): ReadonlyMap<string, Pool> {
  return new Map(names.map(name => [name, { name } as Pool]));
}

function route(pool: string, of: RouteSetting): RouteConfig {
  return makeRoute({ name: '', pool, ...of });
}

function exchange(of: Partial<Exchange>): Exchange {
  return { method: 'GET', host: 'example.com', target: '/', ...of } as Exchange;
}

function poolOf(router: Router, of: Partial<Exchange>): string | undefined {
  const route = router.route(exchange(of));
  return route instanceof Route ? route.pool.name : undefined;
}

const ROUTES = new Router(
  [
    route('api', { path: '/api/*', methods: ['GET', 'POST'] }),
    route('exact', { path: '/exact' }),
    route('host', { hosts: ['www.example.com', '[::1]'] }),
  ],
  pools('api', 'exact', 'host'),
);

for (const [of, pool] of [
  [{ target: '/api/' }, 'api'],
  [{ target: '/api' }, 'api'],
  [{ target: '/api?x' }, 'api'],
  [{ target: '/api/a/b' }, 'api'],
  [{ target: '/apis' }, undefined],
  [{ target: '/API/' }, undefined],
  [{ target: '/%61pi/x' }, 'api'],
  [{ target: '/api/x', method: 'DELETE' }, undefined],
  [{ target: '/api/x', method: 'get' }, undefined],
  [{ target: '/exact' }, 'exact'],
  [{ target: '/exact/' }, undefined],
  [{ host: 'www.example.com' }, 'host'],
  [{ host: 'WWW.Example.COM:8080' }, 'host'],
  [{ host: 'www.example.com.' }, 'host'],
  [{ host: 'www.example.com.:80' }, 'host'],
  [{ host: '[::1]:80' }, 'host'],
  [{ host: '[::1]' }, 'host'],
  [{ host: 'example.com' }, undefined],
  [{ host: '' }, undefined],
] as const) {
  test(`${JSON.stringify(of)} goes to ${pool ?? 'no pool'}`, () => {
    assert.equal(poolOf(ROUTES, of), pool);
  });
}

test('the first route that matches wins', () => {
  const router = new Router(
    [route('first', { path: '/a/*' }), route('second', { path: '/a/b' })],
    pools('first', 'second'),
  );
  assert.equal(poolOf(router, { target: '/a/b' }), 'first');
});

test('without routes all goes to the only pool, or to the one named default', () => {
  assert.equal(poolOf(new Router([], pools('only')), {}), 'only');
  assert.equal(poolOf(new Router([], pools('other', 'default')), {}), 'default');
  assert.equal(new Router([], pools('one', 'two')).route(exchange({})), undefined);
});

test('a path of two readings is refused only if they lead to different routes', () => {
  const refused = { kind: 'http_request_error' };
  assert.throws(() => ROUTES.route(exchange({ target: '/x/..%2fapi' })), refused);
  assert.equal(poolOf(ROUTES, { target: '/api/a%2fb;c//d' }), 'api');
  assert.equal(poolOf(ROUTES, { target: '/x//y', host: 'www.example.com' }), 'host');
  const byHost = new Router([route('host', { hosts: ['example.com'] })], pools('host'));
  assert.equal(poolOf(byHost, { target: '/x/..%2fapi%00' }), 'host');
});

test('the words about a path that is refused name both readings and both routes', () => {
  const router = new Router(
    [route('a', { name: 'admin', path: '/admin/*' }), route('b', { name: 'rest' })],
    pools('a', 'b'),
  );
  assert.throws(() => router.route(exchange({ target: '/x/../admin/' })), {
    message: /"\/x\/\.\.\/admin\/" to rest, "\/admin\/" to admin/,
  });
});

test('a host with a percent sign is refused where routes go by host', () => {
  assert.throws(() => ROUTES.route(exchange({ host: '%77ww.example.com' })), { kind: 'http_request_error' });
  const byPath = new Router([route('a', { path: '/*' })], pools('a'));
  assert.equal(poolOf(byPath, { host: '%77ww.example.com' }), 'a');
});
