import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type {
  FieldEditsConfig,
  PoolActionConfig,
  RewriteConfig,
  RouteConfig,
} from '../../../src/config/config.ts';
import { parseRoute } from '../../../src/config/route/rule.ts';
import { NO_REWRITE } from '../../support/config.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { load, mistakes } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

const pool = ['a=http://a:1', 'b=http://b:1', 'c=http://c:1'];

function route(text: string, more: Readonly<Record<string, string>> = {}): RouteConfig {
  return load({ pool, route: [text], ...more }).routes[0]!;
}

function action(text: string, more: Readonly<Record<string, string>> = {}): PoolActionConfig {
  const found = route(text, more).action;
  assert.equal(found.kind, 'pool');
  return found as PoolActionConfig;
}

function rewrite(directives: string): RewriteConfig {
  return route(`path=~^/(.*)$ -> a; ${directives}`).rewrite!;
}

function said(directives: string): string {
  const [line] = mistakes({ pool, route: [`-> a; ${directives}`] });
  return line!.replace(/^--route (?:"(?:[^"\\]|\\.)*")?(?:\.\.)?:? ?/, '');
}

test('reads go to another pool, and how long writers read their own is said there, or at the top, or not', () => {
  assert.deepEqual([action('-> a; reads b').reads, action('-> a; reads b').readYourWrites], ['b', 0]);
  assert.equal(action('-> a; reads b; read-your-writes 10s').readYourWrites, 10_000);
  assert.equal(action('-> a; reads b', { 'read-your-writes': '5s' }).readYourWrites, 5000);
  assert.equal(action('-> a; reads b; read-your-writes off', { 'read-your-writes': '5s' }).readYourWrites, 0);
  assert.deepEqual(mistakes({ pool, route: ['-> a'], 'read-your-writes': '5s' }), [
    '--read-your-writes: all is read where it is written: add reads POOL to a route',
  ]);
});

test('a canary has a share, and perhaps a key and a field that decide', () => {
  assert.deepEqual(action('-> a; canary b 10%').canary, { pool: 'b', share: 0.1, by: undefined, header: '' });
  assert.deepEqual(action('-> a; canary b 5% header X-Canary by cookie:uid').canary, {
    pool: 'b',
    share: 0.05,
    by: { kind: 'cookie', name: 'uid' },
    header: 'x-canary',
  });
  assert.deepEqual(action('-> a; mirror b 1%').mirror, { pool: 'b', share: 0.01 });
});

test('changes to a path stand in the order in which they were given', () => {
  assert.deepEqual(rewrite('prefix /app /; path ^/x/(.*) /y/$1; prefix /b /c').path, [
    { kind: 'prefix', from: '/app', to: '/' },
    { kind: 'pattern', from: '^/x/(.*)', to: '/y/$1' },
    { kind: 'prefix', from: '/b', to: '/c' },
  ]);
});

test('every directive of a rewrite has its place', () => {
  const found = rewrite(
    [
      'query ^a=(.*) b=$1',
      'set-query x=1&{query}',
      'host app.internal:8080',
      'set X-A: one two',
      'set X-B: "a; b"',
      'add X-C: {client}',
      'remove X-D',
      'response-set Cache-Control: no-store',
      'response-add Link: </x>',
      'response-remove Server',
      'reverse http://app:8080/ /',
      'reverse /in/ /out/',
      'cookie-domain app.internal example.com',
      'cookie-path /in /out',
      'docroot /srv/{host}',
      'script-name /app',
      'path-info {path}',
    ].join('; '),
  );
  assert.deepEqual(found, {
    ...NO_REWRITE,
    queryPatterns: [{ kind: 'pattern', from: '^a=(.*)', to: 'b=$1' }],
    query: 'x=1&{query}',
    host: 'app.internal:8080',
    request: {
      set: [
        ['X-A', 'one two'],
        ['X-B', 'a; b'],
      ],
      add: [['X-C', '{client}']],
      remove: ['X-D'],
    },
    response: { set: [['Cache-Control', 'no-store']], add: [['Link', '</x>']], remove: ['Server'] },
    reverse: {
      mode: 'auto',
      pairs: [
        ['http://app:8080/', '/'],
        ['/in/', '/out/'],
      ],
    },
    cookieDomains: [['app.internal', 'example.com']],
    cookiePaths: [['/in', '/out']],
    docroot: '/srv/{host}',
    scriptName: '/app',
    pathInfo: '{path}',
  });
  assert.deepEqual(rewrite('reverse off').reverse, { mode: 'off', pairs: [] });
  assert.equal(rewrite('set-query ""').query, '');
});

test('a semicolon ends a directive only where a blank follows it', () => {
  assert.deepEqual(rewrite('set X-A: a;b').request.set, [['X-A', 'a;b']]);
  assert.deepEqual(rewrite('remove X-A;').request.remove, ['X-A']);
  assert.match(
    said('response-set Set-Cookie: a=b; HttpOnly=1'),
    /^unknown directive "HttpOnly=1".*; a value with "; " in it needs quotes$/,
  );
});

test('a directive that is not known, or that says too much or too little, is named', () => {
  assert.equal(
    said('prefix /a /b;set X: y'),
    'prefix: expected FROM TO (";" needs a blank behind it); got "/a /b;set X: y"',
  );
  assert.equal(said('perfix /a /b'), 'unknown directive "perfix"; the nearest known one is "prefix"');
  assert.equal(said('prefix /a'), 'prefix: expected FROM TO; got "/a"');
  assert.equal(
    said('prefix /a /b /c'),
    'prefix: expected FROM TO (what has spaces in it needs quotes); got "/a /b /c"',
  );
  assert.equal(said('reads'), 'reads: expected POOL; got nothing');
  assert.equal(said('reads b; reads c'), 'reads: it is given twice');
  assert.equal(said('host a; host b'), 'host: it is given twice');
  assert.equal(said('canary b'), 'canary: expected POOL SHARE [by KEY] [header NAME]; got "b"');
  assert.equal(said('canary b 5'), 'canary: expected a share from 0% to 100%, such as 20%; got "5"');
  assert.equal(
    said('canary b 5% by ip'),
    'canary: expected a key, which is client, uri, path, header:NAME, cookie:NAME or query:NAME; got "ip"',
  );
  assert.equal(said('set X-A'), 'set: expected NAME: VALUE, such as X-Tenant: blue; got "X-A"');
  assert.equal(
    said('reverse off; reverse /a /b'),
    'reverse: off lets all places be: leave the other reverse out',
  );
  assert.equal(said('prefix /a /b; prefix /a /c'), 'prefix: prefix /a is given twice');
  assert.equal(said('prefix /a/* /'), 'prefix: a prefix means all that is below it: write /a; got "/a/*"');
});

test('fields of the connection and of framing cannot be changed, nor Host but by host', () => {
  const names = [
    'Connection',
    'keep-alive',
    'Proxy-Connection',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Content-Length',
  ];
  for (const name of names) {
    for (const verb of ['set', 'add', 'response-set', 'response-add'])
      refuses(parseRoute, `-> a; ${verb} ${name}: 1`, said(`${verb} ${name}: 1`));
    for (const verb of ['remove', 'response-remove'])
      assert.match(said(`${verb} ${name}`), /^(?:response-)?remove: field /);
  }
  assert.match(said('set Host: x'), /^set: field "Host" is what the directive host sets/);
  refusesAll(parseRoute, [
    '-> a; set Expect: x',
    '-> a; set X A: b',
    '-> a; remove Via',
    '-> a; set X_Forwarded_For: 1',
  ]);
});

test('a value that would end a line is refused', () => {
  for (const text of ['set X-A: a\r\nX-B: c', 'set X-A: a\0', 'host a\nb', 'docroot /a\r/b']) {
    assert.throws(
      () => parseRoute(`-> a; ${text}`),
      { message: /line end or NUL|blank|host/ },
      JSON.stringify(text),
    );
  }
});

test('only what is captured can be named, be it by the route or by the rewrite itself', () => {
  assert.match(said('set X-A: $1'), /^rewrite request set: \$1: nothing is captured here;/);
  assert.match(said('path ^/a/(.*) /$2'), /^path: \$2: only 1 captured here;/);
  const both = 'host=~^(.*)[.]a[.]test$ path=~^/(x)/(y) -> a; set X-A: $3';
  assert.deepEqual(route(both).rewrite!.request.set, [['X-A', '$3']]);
  assert.match(mistakes({ pool, route: [both.replace('$3', '$4')] })[0]!, /\$4: only 3 captured here;/);
  assert.equal(mistakes({ pool, route: ['path!=~^/(.*) -> a; set X-A: $1'] }).length, 1);
});

test('pools that take part have to be there, and to be others than the one of the route', () => {
  assert.equal(said('reads d'), 'unknown pool "d"; the nearest known one is "a"');
  assert.equal(
    said('mirror a 1%'),
    'mirror: a is where the route leads anyway: name another pool, or leave it out',
  );
  assert.equal(
    said('canary a 1%'),
    'canary: a is where the route leads anyway: name another pool, or leave it out',
  );
  assert.equal(
    said('read-your-writes 1s'),
    'read-your-writes: all is read where it is written: add reads POOL',
  );
});

test('a field is set once, and not removed besides', () => {
  assert.equal(said('set X-A: 1; set x-a: 2'), 'rewrite request: x-a is set twice');
  assert.equal(said('response-remove A; response-remove a'), 'rewrite response: a is removed twice');
  assert.equal(
    said('set X-A: 1; remove x-a'),
    'rewrite request: X-A is set and removed: leave the removal out, what is set takes its place',
  );
  assert.deepEqual(rewrite('remove X-A; add X-A: 1').request, {
    remove: ['X-A'],
    set: [],
    add: [['X-A', '1']],
  } satisfies FieldEditsConfig);
});

test('pages for failures have statuses, a file, and a type by its name', t => {
  const folder = temporaryFolder(t);
  for (const name of ['a.html', 'b.json', 'c.txt', 'd e']) writeFileSync(join(folder, name), 'x');
  const pages = route(
    `-> a; error 5xx ${folder}/a.html; error 404,410-412 ${folder}/b.json intercept; error 400 "${folder}/d e"`,
  );
  assert.deepEqual(pages.errorPages, [
    {
      statuses: [[500, 599]],
      file: `${folder}/a.html`,
      text: '',
      type: 'text/html; charset=utf-8',
      intercept: false,
    },
    {
      statuses: [
        [404, 404],
        [410, 412],
      ],
      file: `${folder}/b.json`,
      text: '',
      type: 'application/json',
      intercept: true,
    },
    {
      statuses: [[400, 400]],
      file: `${folder}/d e`,
      text: '',
      type: 'text/html; charset=utf-8',
      intercept: false,
    },
  ]);
  assert.equal(said('error 404 /no'), 'cannot read "/no": no such file or directory');
  assert.equal(
    said('error 200 /no'),
    'error: expected statuses from 400 to 599, such as 404, 5xx, 502-504 or 502,503; got "200"',
  );
  assert.equal(said('error 404'), 'error: expected STATUSES FILE, or STATUSES FILE intercept; got "404"');
});

test('the file says the same by its keys', t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'down.html'), 'x');
  const yaml = `
pools: { a: { backends: "http://a:1" }, b: { backends: "http://b:1" }, c: { backends: "http://c:1" } }
routes:
  - match: { path: "~^/(.*)$" }
    pool: a
    reads: b
    read-your-writes: 10s
    canary: { pool: c, share: 10%, by: client, header: X-Canary }
    mirror: { pool: b, share: 1% }
    rewrite:
      prefix: [/app, /]
      path: [["^/x/(.*)", "/y/$1"], ["^/z", "/w"]]
      query: ["^a", "b"]
      set-query: "x={id}"
      host: app.internal
      request: { set: { X-A: "$1", X-N: 1 }, add: { X-C: [a, b] }, remove: X-D }
      response: { remove: [Server, X-Powered-By] }
      reverse: [[http://app/, /], [/in/, /out/]]
      cookie-domain: [app.internal, example.com]
      cookie-path: [/in, /out]
      docroot: /srv
      script-name: /s
      path-info: /p
    errors: { 502-504: down.html, 404: { text: "<b>no</b>", intercept: true } }
`;
  const rule = `path=~^/(.*)$ -> a; reads b; read-your-writes 10s; canary c 10% by client header X-Canary; mirror b 1%; prefix /app /; path ^/x/(.*) /y/$1; path ^/z /w; query ^a b; set-query x={id}; host app.internal; set X-A: $1; set X-N: 1; add X-C: a; add X-C: b; remove X-D; response-remove Server; response-remove X-Powered-By; reverse http://app/ /; reverse /in/ /out/; cookie-domain app.internal example.com; cookie-path /in /out; docroot /srv; script-name /s; path-info /p; error 502-504 ${folder}/down.html`;
  const [long] = load({}, yaml, false, join(folder, 'sluice.yaml')).routes;
  const short = route(rule);
  assert.deepEqual({ ...long, errorPages: [] }, { ...short, errorPages: [] });
  assert.deepEqual(long!.errorPages, [
    {
      statuses: [[404, 404]],
      file: '',
      text: '<b>no</b>',
      type: 'text/html; charset=utf-8',
      intercept: true,
    },
    ...short.errorPages,
  ]);
});

test('a mistake in a rewrite of the file names its key', () => {
  const from = (rewritten: string): readonly string[] =>
    mistakes(
      {},
      `pools: { a: { backends: "http://a:1" } }\nroutes:\n  - pool: a\n    rewrite: ${rewritten}`,
    ).map(line => line.replace(/^sluice.yaml:4: routes\[0\]\./, ''));
  assert.deepEqual(from('{ prefix: [/a] }'), [
    'rewrite.prefix: expected [FROM, TO], or a list of these; got a list',
  ]);
  assert.match(
    from('{ request: { set: { Connection: x } } }')[0]!,
    /^rewrite\.request\.set: field "Connection"/,
  );
  assert.match(
    from('{ request: { set: { X-A: "$1" } } }')[0]!,
    /^rewrite\.request\.set: \$1: nothing is captured here/,
  );
  assert.match(
    from('{ path: ["(?=a)", /] }')[0]!,
    /^rewrite\.path: "\(\?=a\)" is no regular expression: look-around/,
  );
  assert.deepEqual(from('{ host: "a b" }').length, 1);
  assert.match(from('{ reverse: back }')[0]!, /^rewrite\.reverse: expected auto, off, /);
});
