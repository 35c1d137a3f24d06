import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { differences } from '../../../src/config/differences.ts';
import type { FlagValues } from '../../../src/config/load.ts';
import { settings } from '../../../src/config/settings.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { load } from './loading.ts';

/** For each flag two values, what has to be there besides for them to mean something, and the name of the difference if it is another. */
function samples(
  folder: string,
): Readonly<Record<string, readonly [unknown, unknown, FlagValues?, string?]>> {
  const token = `${folder}/token`;
  const other = `${folder}/other`;
  writeFileSync(token, 'x'.repeat(20));
  mkdirSync(other);
  const check = { check: '/up' };
  const root = { root: folder };
  const tcp = { admin: '127.0.0.1:9', 'admin-token-file': token };
  return {
    listen: [[':1'], [':2']],
    backend: [['http://a:1'], ['http://a:1,weight=2']],
    pool: [['b=http://b:1'], ['c=http://b:1']],
    route: [['path=/a -> default'], ['path=/b -> default']],
    balance: ['first', 'hash:client'],
    'max-conns': ['1', 'off'],
    'pool-max-conns': ['1', 'off'],
    queue: ['1', '2'],
    'queue-timeout': ['1s', '2s'],
    'connect-timeout': ['1s', '2s'],
    'response-timeout': ['1s', '2s'],
    'idle-timeout': ['1s', '2s'],
    'tunnel-timeout': ['1s', '2s'],
    'total-timeout': ['1s', 'off'],
    retries: ['1', '2'],
    'retry-budget': ['1%', '2%'],
    'retry-on': ['connect', '503'],
    'fail-timeout': ['1s', '2s'],
    'max-fails': ['1', '2'],
    'all-down': ['fail', 'last-resort'],
    'slow-start': ['1s', 'off'],
    check: ['/a', 'off'],
    'check-method': ['GET', 'HEAD', check],
    'check-host': ['a.test', 'b.test', check],
    'check-status': ['200', '2xx', check],
    'check-body': ['a', 'b', check],
    'check-interval': ['1s', '2s', check],
    'check-timeout': ['1s', '2s', check],
    'check-rise': ['1', '2', check],
    'check-fall': ['1', '2', check],
    breaker: ['1%', 'off'],
    fallback: ['b', 'off', { pool: ['b=http://b:1'], 'all-down': 'fail' }],
    'read-your-writes': ['1s', 'off', { pool: ['b=http://b:1'], route: ['-> default; reads b'] }, 'route'],
    sticky: ['cookie', 'cookie:a'],
    'cookie-key-file': [`${folder}/key`, `${folder}/other-key`],
    'error-page': [[`404=${token}`], [`405=${token}`]],
    'redirect-https': ['443', 'off'],
    forwarded: ['x', 'both'],
    'accel-routes': ['r', 'off', { route: ['name=r -> default'] }],
    'rewrite-pools': ['default', 'off'],
    'reproxy-pools': ['default', 'off'],
    keepalive: ['1', '2'],
    'keepalive-timeout': ['1s', '2s'],
    root: [folder, other],
    index: ['a.html', 'off', root],
    try: ['{path}', '{path}/', root],
    script: ['/a.php', '/b.php', { ...root, backend: ['fcgi://a:1'] }],
    'script-suffix': ['.php', '.py', { ...root, backend: ['fcgi://a:1'], index: 'x', try: '{path}' }],
    symlinks: ['yes', 'no'],
    mount: ['/a', '/b', { backend: ['fcgi://a:1'] }],
    variable: [['A=1'], ['A=2'], { backend: ['fcgi://a:1'] }],
    authorization: ['yes', 'no', { backend: ['fcgi://a:1'] }],
    spawn: [['s=php-cgi'], ['s=php-cgi -q']],
    'request-buffer': ['on', 'off'],
    'response-buffer': ['on', 'off'],
    'spool-dir': [folder, other],
    'max-spool': ['1g', 'off'],
    'sendfile-root': [folder, other],
    'max-header-size': ['1k', '2k'],
    'max-headers': ['1', '2'],
    'max-target-size': ['1k', '2k'],
    'max-body': ['1k', 'off'],
    'client-header-timeout': ['1s', '2s'],
    'client-idle-timeout': ['1s', '2s'],
    'client-abort': ['never', 'always'],
    'max-connections': ['1', '2'],
    'handshake-timeout': ['1s', '2s'],
    'max-handshakes': ['1', '2'],
    'trust-proxy': [['10.0.0.0/8'], ['10.0.0.0/9']],
    'access-log': ['off', '-'],
    'log-level': ['info', 'warn'],
    'log-format': ['json', 'combined'],
    resolver: [['10.0.0.1'], ['10.0.0.2']],
    'dns-stale': ['off', 'forever'],
    'dns-max-ttl': ['1s', '2s'],
    'dns-timeout': ['1s', '2s'],
    'hold-file': [`${folder}/a`, 'off'],
    'hold-bypass': [['/a'], ['/b']],
    admin: ['127.0.0.1:9', '127.0.0.1:9,host=a', tcp],
    'admin-token-file': [token, `${folder}/token2`, tcp],
    'shutdown-timeout': ['1s', '2s'],
  };
}

test('what any flag changes is a difference under its name, and nothing else is', t => {
  const folder = temporaryFolder(t);
  const all = samples(folder);
  writeFileSync(join(folder, 'token2'), 'y'.repeat(20));
  assert.deepEqual(Object.keys(all), Object.keys(settings));
  for (const [name, [from, to, beside, key = name]] of Object.entries(all)) {
    const flags = { backend: ['http://a:1'], ...beside };
    const [before, after] = [from, to].map(value => load({ ...flags, [name]: value } as FlagValues));
    const found = differences(before!, after!);
    assert.deepEqual([...new Set(found.map(each => each.key))], [key], `${name}: ${JSON.stringify(found)}`);
    assert.deepEqual(differences(before!, before!), [], name);
  }
});

function told(before: string, after: string): readonly string[] {
  return differences(load({}, before), load({}, after)).map(({ text }) => text);
}

test('differences are told one a line: listeners, pools, routes, and the rest', () => {
  const before = `
listen: [":80", "unix:/tmp/x"]
pools:
  api: { backends: ["http://a:1", "http://b:1"], queue: { length: 10 } }
  old: { backends: "http://c:1" }
routes: [{ match: { path: /old/* }, pool: old }, { pool: api }]
max-body: 1m
`;
  const after = `
listen: ["*:80", ":81"]
pools:
  api: { backends: ["http://a:1,weight=3,max-conns=8", "http://d:1"], queue: { length: 20 }, check: /up }
  new: { backends: "http://c:1" }
routes: [{ match: { path: /new/*, host: n.test }, pool: new, name: fresh }, { pool: api }]
`;
  assert.deepEqual(told(before, after), [
    'listener :81 is new',
    'listener unix:/tmp/x is gone',
    'pool api: backend d:1 is new',
    'pool api: backend b:1 is gone',
    'pool api: backend a:1: http://a:1 -> http://a:1,weight=3,max-conns=8',
    'pool api: queue 10 -> 20',
    'pool api: check off -> /up',
    'pool new is new',
    'pool old is gone',
    'route fresh (host n.test, paths below /new/ -> new) is new',
    'route paths below /old/ -> old is gone',
    'max-body 1m -> off',
  ]);
});

test('the order of routes and of backends is a difference, that of pools and listeners is none', () => {
  const before = `
listen: [":80", ":81"]
pools: { a: { backends: ["http://a:1", "http://b:1"] }, b: { backends: "http://c:1" } }
routes: [{ match: { path: /a }, pool: a }, { pool: b }]
`;
  const after = `
listen: [":81", ":80"]
pools: { b: { backends: "http://c:1" }, a: { backends: ["http://b:1", "http://a:1"] } }
routes: [{ pool: b }, { match: { path: /a }, pool: a }]
`;
  assert.deepEqual(told(before, after), [
    'pool a: the backends are in another order',
    'the routes are in another order',
  ]);
});

test('a route that moves down since another one came first is the same route', () => {
  const pools = 'pools: { a: { backends: "http://a:1" } }';
  assert.deepEqual(
    told(
      `${pools}\nroutes: [{ pool: a }]`,
      `${pools}\nroutes: [{ match: { path: /x }, pool: a }, { pool: a }]`,
    ),
    ['route path /x -> a is new'],
  );
});

test('what may hold a password is not told', () => {
  const pool = (secret: string): string =>
    `pools: { a: { spawn: { command: php-cgi, environment: { KEY: ${secret} } }, variables: { KEY: ${secret} } } }`;
  assert.deepEqual(told(pool('old'), pool('new')), [
    'pool a: variable is different',
    'pool a: spawn is different',
  ]);
});

test('options of a backend that are not usual are told as they are written', () => {
  const url = (text: string): string => `pools: { a: { backends: ["${text}", "http://z:1"] } }`;
  const texts = [
    'http://a:1,no-split,name=x',
    'http://a:1,family=6,name=x',
    'srv+http://a,backup,name=x',
    'http://localhost:1,name=x',
    'fcgi://10.0.0.1:1,docroot=/b\u00fccher,mpxs=4,name=x',
  ];
  for (const [i, text] of texts.entries()) {
    const before = texts[(i + 1) % texts.length]!;
    const [line] = told(url(before), url(text));
    const sorted = (written: string): string => written.split(',').sort().join();
    const [, from, to] = /^pool a: backend x: (.*) -> (.*)$/.exec(line!)!;
    assert.deepEqual([sorted(from!), sorted(to!)], [sorted(before), sorted(text)]);
  }
});

test('what has become of a route is told by its directives, and the values of fields are not', () => {
  const from = (rules: string): string => `
pools: { a: { backends: "http://a:1" }, b: { backends: "http://b:1" } }
route: [${rules}]
`;
  const before = from(`"path=/x -> a; canary b 5%; set X-A: secret-1", "name=y path=/y -> a", "-> a"`);
  const after = from(
    `"name=y path=/y -> a; reads b", "path=/x -> a; canary b 10%; set X-A: secret-1", "-> a"`,
  );
  assert.deepEqual(told(before, after), [
    'the routes are in another order',
    'route y (path /y -> a): nothing else -> reads b',
    'route path /x -> a: canary b 5%; set X-A -> canary b 10%; set X-A',
  ]);
  assert.deepEqual(told(before, before.replace('secret-1', 'secret-2')), [
    'route path /x -> a: a text is different: set X-A',
  ]);
  const texts = (text: string): string => `
pools: { a: { backends: "http://a:1" } }
routes:
  - match: { path: /own }
    respond: { status: 200, body: ${text} }
  - pool: a
    rewrite: { response: { set: { X-A: same, X-B: ${text} }, add: { X-C: ${text} } } }
    errors: { 404: { text: same }, 502-504: { text: ${text} } }
`;
  assert.deepEqual(told(texts('secret-1'), texts('secret-2')), [
    'route path /own -> respond 200: a text is different: what it answers',
    'route everything -> a: a text is different: response-set X-B, response-add X-C, error 502-504',
  ]);
  const moved = from(`"name=y path=/y -> a", "path=/x -> a; canary b 5%; set X-A: secret-1", "-> a"`);
  assert.deepEqual(told(before, moved), ['the routes are in another order']);
});
