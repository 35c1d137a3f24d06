import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../../src/explain/explain.ts';
import type { Question } from '../../../src/explain/question.ts';
import { makeConfig, NO_REWRITE, type RouteSetting, type Setting } from '../../support/config.ts';

const ASKED: Question = {
  method: 'GET',
  target: '/',
  host: 'example.com',
  fields: [],
  client: '192.0.2.1',
  tls: false,
};

const WEB = 'http://127.0.0.1:3000';
const API = 'http://127.0.0.1:3001';

function ask(routes: readonly RouteSetting[], of: Partial<Question>, setting: Setting = {}) {
  const config = makeConfig({ backends: [WEB], pools: { api: [API] }, ...setting, routes });
  return explain(config, { ...ASKED, ...of }, false);
}

test('names the route, and the first condition of each earlier one that does not hold', async () => {
  const routes: RouteSetting[] = [
    { name: 'by-host', hosts: ['a.test'], path: '/api/*', pool: 'api' },
    { name: 'by-method', hosts: ['example.com'], methods: ['POST'], pool: 'api' },
    { name: 'inside', path: '/api/*', internal: true, pool: 'api' },
    { name: 'the-one', path: '/api/*', pool: 'api' },
    { name: 'later', path: '/api/*' },
  ];
  const { route, passedOver, pool, candidates, answer } = await ask(routes, { target: '/api/x' });
  assert.deepEqual([route, pool, answer], ['the-one', 'api', null]);
  assert.deepEqual(
    passedOver.map(({ route }) => route),
    ['by-host', 'by-method', 'inside'],
  );
  assert.match(passedOver[0]!.because, /host a\.test/);
  assert.match(passedOver[1]!.because, /POST/);
  assert.match(passedOver[2]!.because, /backend has sent/);
  assert.deepEqual(
    candidates.map(({ backend }) => backend),
    [API],
  );
});

test('without a match the request goes where the gateway would send it, or is answered 404', async () => {
  const routes = [{ hosts: ['a.test'], pool: 'api' }];
  const rest = await ask(routes, {});
  assert.deepEqual([rest.route, rest.pool], ['', 'default']);
  const nowhere = await ask(routes, {}, { backends: [], pools: { api: [API], web: [WEB] } });
  assert.deepEqual([nowhere.route, nowhere.pool, nowhere.answer?.status], [null, null, 404]);
});

test('a path that leads two readers to two routes is refused, with all its readings', async () => {
  const routes: RouteSetting[] = [{ path: '/admin/*', pool: 'api' }, {}];
  const { answer, readings, route } = await ask(routes, { target: '/x/../admin' });
  assert.deepEqual([answer?.status, route], [400, null]);
  assert.deepEqual(readings, ['/x/../admin', '/admin']);
  assert.match(answer!.reason, /different routes/);
  const honest = await ask(routes, { target: '/x//y' });
  assert.deepEqual([honest.pool, honest.readings.length], ['default', 2]);
});

test('shows what a route captures and rewrites, before and after', async () => {
  const routes: RouteSetting[] = [
    {
      pool: 'api',
      conditions: [{ kind: 'path', name: '', negated: false, values: ['~^/u/(\\d+)'] }],
      rewrite: {
        ...NO_REWRITE,
        path: [{ kind: 'prefix', from: '/u', to: '/users' }],
        host: 'users.internal',
        request: { remove: ['X-Old'], set: [['X-User', '$1']], add: [] },
      },
    },
  ];
  const { rewrite, captures, request } = await ask(routes, { target: '/u/7?x', fields: ['X-Old: a'] });
  assert.deepEqual(captures, ['/u/7', '7']);
  assert.equal(request!.target, '/u/7?x');
  assert.deepEqual(rewrite!.target, ['/u/7?x', '/users/7?x']);
  assert.deepEqual(rewrite!.host, ['example.com', 'users.internal']);
  assert.ok(rewrite!.removed.includes('X-Old: a'));
  assert.ok(rewrite!.added.includes('X-User: 7'));
});

test('shows what a route tells applications of their script', async () => {
  const rewrite = { docroot: '/srv/{hostname}', scriptName: '/index.php', pathInfo: '{path}' };
  const explained = await ask([{ rewrite }], { target: '/a%20b' });
  assert.deepEqual(explained.rewrite!.variables, [
    'DOCUMENT_ROOT=/srv/example.com',
    'SCRIPT_NAME=/index.php',
    'PATH_INFO=/a b',
  ]);
});

test('shows what the gateway answers itself', async () => {
  const action = { kind: 'redirect', status: 301, location: '/new{path}' } as const;
  const { answer, pool } = await ask([{ action }], { target: '/a' });
  assert.deepEqual([answer!.status, pool], [301, null]);
  assert.ok(answer!.fields.includes('Location: /new/a'));
});

test('a request that cannot be read is told to be refused, and why', async () => {
  const { request, answer } = await ask([], { target: '/a b' });
  assert.deepEqual([request, answer!.status], [null, 400]);
  assert.notEqual(answer!.reason, '');
});

test('the client is who a trusted proxy says', async () => {
  const routes: RouteSetting[] = [
    { conditions: [{ kind: 'client', name: '', negated: false, values: ['10.0.0.0/8'] }], pool: 'api' },
    {},
  ];
  const fields = ['X-Forwarded-For: 10.1.1.1'];
  assert.equal((await ask(routes, { fields })).pool, 'default');
  assert.equal((await ask(routes, { fields }, { trustProxy: ['192.0.2.1'] })).pool, 'api');
});

test('candidates come in the order of the balancer, names as they are configured, backups behind', async () => {
  const backends = [`${WEB},backup`, 'http://a.test:80,expand=addresses', `${API},weight=2`];
  const { candidates } = await ask([], {}, { backends, pools: {}, balance: 'round-robin' });
  assert.deepEqual(
    candidates.map(({ backend, reserve }) => [backend, reserve]),
    [
      [API, false],
      ['http://a.test:80', false],
      [WEB, true],
    ],
  );
});

test('limits and time-outs are those of the pool, in numbers', async () => {
  const setting: Setting = { maxConns: 4, timeouts: { connect: 1234 }, queue: { length: 7 } };
  const { limits } = await ask([], {}, { ...setting, limits: { bodyBytes: 99 } });
  assert.deepEqual(
    [
      limits!.inFlightPerEndpoint,
      limits!.inFlight,
      limits!.timeouts.connect,
      limits!.waiting,
      limits!.bodyBytes,
    ],
    [4, null, 1234, 7, 99],
  );
});

test('a hash sends what is the same to the same endpoint first', async () => {
  const backends = [1, 2, 3, 4, 5].map(port => `http://127.0.0.1:${port}`);
  const config = makeConfig({ backends });
  const pools = config.pools.map(pool => ({
    ...pool,
    balance: { kind: 'hash', key: { kind: 'path' } } as const,
  }));
  const first = async (target: string) =>
    (await explain({ ...config, pools }, { ...ASKED, target }, false)).candidates[0]!.name;
  const places = new Set<string>();
  for (let i = 0; i < 20; i++) places.add(await first(`/${i}`));
  assert.ok(places.size > 1);
  assert.equal(await first('/7'), await first('/7?other'));
});

test('what is changed in the answer is said, with the values that this request has', async () => {
  const rewrite = {
    ...NO_REWRITE,
    host: 'inside',
    path: [{ kind: 'prefix', from: '/wiki/', to: '/' }] as const,
    response: { remove: ['Server'], set: [['X-Asked', '{path}']], add: [['Vary', 'Host']] } as const,
    cookieDomains: [['inside.test', '']] as const,
    cookiePaths: [['/own', '/wiki/own']] as const,
    reverse: { mode: 'auto', pairs: [['http://old/', '/moved/']] } as const,
  };
  const { answerRewrite } = await ask([{ rewrite }], { target: '/wiki/Main?a' });
  assert.deepEqual(answerRewrite, {
    removed: ['Server', 'X-Asked'],
    added: ['X-Asked: /wiki/Main', 'Vary: Host'],
    urls: [['http://old/', '/moved/']],
    cookieDomains: [['inside.test', '']],
    cookiePaths: [['/own', '/wiki/own']],
    examples: [
      ['Location: http://inside/Main', 'Location: http://example.com/wiki/Main'],
      ['Location: /Main', 'Location: /wiki/Main'],
      [
        'Set-Cookie: name=value; Path=/Main; Domain=inside',
        'Set-Cookie: name=value; Path=/wiki/Main; Domain=example.com',
      ],
    ],
  });
  const off = { ...NO_REWRITE, host: 'inside', reverse: { mode: 'off', pairs: [] } as const };
  assert.equal((await ask([{ rewrite: off }], {})).answerRewrite, null);
});
