import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRoute } from '../../../src/config/route/rule.ts';
import { load, mistakes } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

const PLAIN = 'text/plain; charset=utf-8';

function action(text: string): unknown {
  return parseRoute(`-> ${text}`).action;
}

test('a redirect is for the time being unless its status says otherwise', () => {
  assert.deepEqual(action('redirect /new/'), { kind: 'redirect', status: 302, location: '/new/' });
  assert.deepEqual(action('redirect 308 https://{host}{target}'), {
    kind: 'redirect',
    status: 308,
    location: 'https://{host}{target}',
  });
});

test('a text is answered with its status, and return leaves the words to the gateway', () => {
  assert.deepEqual(action('respond 200 all is well'), {
    kind: 'respond',
    status: 200,
    body: 'all is well',
    type: PLAIN,
  });
  assert.deepEqual(action('respond 503 "later; perhaps"'), {
    kind: 'respond',
    status: 503,
    body: 'later; perhaps',
    type: PLAIN,
  });
  assert.deepEqual(action('return 403'), { kind: 'respond', status: 403, body: '', type: PLAIN });
});

test('an answer that could not be given is refused with the remedy', () => {
  refuses(parseRoute, '-> redirect', 'where to? write redirect URL, such as https://{host}{target}');
  refuses(parseRoute, '-> redirect 301', 'where to? write redirect 301 URL, such as https://{host}{target}');
  refuses(
    parseRoute,
    '-> redirect 305 /x',
    'expected one of 301, 302, 303, 307, 308; got "305", the nearest is 301',
  );
  refuses(
    parseRoute,
    '-> redirect new',
    'expected a URL that begins with https://, http://, {scheme}:// or /; got "new"',
  );
  refuses(parseRoute, '-> return 301', '301 says where else to look: write redirect 301 URL');
  refuses(parseRoute, '-> respond 204 x', 'an answer with 204 has no body: write return 204');
  refuses(
    parseRoute,
    '-> respond 200',
    "respond 200 needs a text; return 200 answers with the gateway's own words",
  );
  refuses(parseRoute, '-> return 99', 'expected a whole number from 200 to 599; got "99"');
  refusesAll(parseRoute, [
    '-> redirect javascript:alert(1)',
    '-> redirect /a /b',
    '-> redirect 301 "/a b"',
    '-> return',
    '-> return 403 no',
    '-> respond',
    '-> respond hello',
    '-> respond 101 x',
    '-> a b',
    '-> {host}',
  ]);
});

test('a value is put into an answer by its name, and one that is not known is refused', () => {
  assert.throws(() => parseRoute('-> respond 200 {hots}'), {
    message: /^\{hots\} is no variable; there are client,/,
  });
  assert.throws(() => parseRoute('-> redirect /{client.ip}'), { message: /^\{client\.ip\} is no variable/ });
});

test('the file has the same answers, as texts and as mappings', () => {
  const yaml = `
pools: { a: { backends: "http://a:1" } }
routes:
  - { match: { path: /1 }, redirect: { to: "/x", status: 301 } }
  - { match: { path: /2 }, redirect: "307 https://a.test/" }
  - { match: { path: /3 }, respond: { body: "{}", type: application/json } }
  - { match: { path: /4 }, respond: 404 not here }
  - { match: { path: /5 }, return: 410 }
`;
  assert.deepEqual(
    load({}, yaml).routes.map(route => route.action),
    [
      { kind: 'redirect', status: 301, location: '/x' },
      { kind: 'redirect', status: 307, location: 'https://a.test/' },
      { kind: 'respond', status: 200, body: '{}', type: 'application/json' },
      { kind: 'respond', status: 404, body: 'not here', type: PLAIN },
      { kind: 'respond', status: 410, body: '', type: PLAIN },
    ],
  );
});

test('a route of the file leads to one place', () => {
  const said = (route: string): readonly string[] =>
    mistakes({}, `pools: { a: { backends: "http://a:1" } }\nroutes: [${route}]`);
  assert.deepEqual(said('{ match: { path: /x } }'), [
    'sluice.yaml:2: routes[0]: where does it lead? add pool: NAME, redirect, respond or return',
  ]);
  assert.deepEqual(said('{ pool: a, return: 403 }'), [
    'sluice.yaml:2: routes[0]: a route leads to one place: keep one of pool, return',
  ]);
  assert.deepEqual(said('{ redirect: { too: /x } }'), [
    'sluice.yaml:2: routes[0].redirect: unknown key "too"; known are: status, to',
  ]);
  assert.equal(said('{ respond: { body: x, type: "text" } }').length, 1);
  assert.equal(said('{ respond: [a] }').length, 1);
});

test('the fields of an answer are changed whoever gives it', () => {
  const rule = 'path=/x -> return 403; response-set X-A: 1; response-remove Server';
  const [route] = load({ backend: ['http://a:1'], route: [rule] }).routes;
  assert.deepEqual(route!.rewrite!.response, { set: [['X-A', '1']], add: [], remove: ['Server'] });
  const yaml =
    'pools: { a: { backends: "http://a:1" } }\nroutes: [{ return: 403, rewrite: { response: { remove: [Server] } } }]';
  assert.deepEqual(load({}, yaml).routes[0]!.rewrite!.response.remove, ['Server']);
});

test('what only a request to a pool could hear is refused where there is none', () => {
  assert.deepEqual(mistakes({ backend: ['http://a:1'], route: ['-> return 403; set X-A: 1'] }), [
    '--route "-> return 403; set X-A: 1": rewrite: the route leads to no pool: leave all out but what is done to fields of the answer',
  ]);
  const yaml = 'pools: { a: { backends: "http://a:1" } }\nroutes: [{ return: 403, reads: a }]';
  assert.deepEqual(mistakes({}, yaml), [
    'sluice.yaml:2: routes[0].reads: the route leads to no pool: leave it out',
  ]);
});

test('the fields of an answer are those of any route, with a pool or without', () => {
  const backend = ['http://a:1'];
  const yaml = 'routes: [{ match: { path: /a }, return: 403, rewrite: { response: { set: { X-A: b } } } }]';
  for (const { routes } of [
    load({ backend, route: ['path=/a -> return 403; response-set X-A: b'] }),
    load({ backend }, yaml),
  ])
    assert.deepEqual(routes[0]!.rewrite!.response.set, [['X-A', 'b']]);
});

test('a semicolon without a blank behind it is told from the name of a pool', () => {
  refuses(
    parseRoute,
    '-> a;set X: b',
    'what follows a target or a directive stands behind "; ", with a blank: write "a; set X: b"',
  );
});
