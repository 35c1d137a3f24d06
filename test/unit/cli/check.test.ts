import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summary } from '../../../src/cli/summary.ts';
import { warnings } from '../../../src/cli/warnings.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { runCli } from './run-cli.ts';

test('a good configuration is told in words, and nothing is bound', async t => {
  const { status, stdout, stderr } = await runCli(
    t,
    'check',
    '-b',
    'http://127.0.0.1:3000',
    '-l',
    'unix:/nowhere/x',
  );
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^The configuration is good\.\n/);
  assert.match(stdout, /unix:\/nowhere\/x, a unix socket/);
});

test('check --json is the whole configuration', async t => {
  const { status, stdout } = await runCli(
    t,
    'check',
    '--json',
    '-b',
    'http://127.0.0.1:3000',
    '--admin',
    'off',
  );
  assert.equal(status, 0);
  const config = JSON.parse(stdout);
  const same = loadConfig({ backend: ['http://127.0.0.1:3000'], admin: 'off' });
  assert.deepEqual(config, JSON.parse(JSON.stringify(same)));
  assert.equal(config.pools[0].maxConns, null);
});

test('check --schema is a JSON Schema, and needs no configuration', async t => {
  const { status, stdout } = await runCli(t, 'check', '--schema');
  assert.equal(status, 0);
  assert.match(JSON.parse(stdout).$schema, /^https:\/\/json-schema\.org\//);
});

test('the summary says where requests go, and what limits them', () => {
  const text = summary(
    loadConfig({
      listen: [':80', '127.0.0.1:0'],
      pool: ['api=http://a:1,weight=2,backup', 'api=http://b:1,max-conns=3', 'old=http://c:1,name=attic'],
      route: ['name=v1 host=a.test path=/v1/* method=GET,HEAD -> api'],
      'max-conns': '8',
      retries: '0',
      'max-fails': '0',
      'max-body': '1g',
      'trust-proxy': ['10.0.0.0/8'],
    }),
  );
  for (const line of [
    '  :80, all interfaces, IPv4 and IPv6',
    '  127.0.0.1:0, any free port',
    '  GET or HEAD, host a.test, paths below /v1/ -> api, named v1',
    '  anything else -> nobody, answered 404',
    '  api: least-conn over 2 backends',
    '    http://a:1, every address of the name, weight 2, backup',
    '    http://b:1, every address of the name, at most 3 in flight',
    '    in flight: at most 8 per endpoint, no limit in all; 1024 may wait, each up to 30s',
    '    no retries',
    '    a failing endpoint never rests',
    '  old: least-conn over 1 backend (no route leads to it)',
    '    http://c:1, every address of the name, named attic',
    '  forwarding fields are believed of 10.0.0.0/8',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\nis missing in\n${text}`);
  }
});

const POOLS = ['a=http://a:1', 'b=http://b:1'];

test('check warns of what will never be used, on standard error and with status 0', async t => {
  const flags = POOLS.flatMap(pool => ['--pool', pool]);
  const routes = ['--route', '-> a', '--route', 'path=/x/* -> b'];
  const { status, stdout, stderr } = await runCli(t, 'check', '--json', ...flags, ...routes);
  assert.equal(status, 0);
  assert.equal(JSON.parse(stdout).pools.length, 2);
  assert.deepEqual(stderr.split('\n'), [
    'sluice: warning: route 2, paths below /x/ -> b, is never taken: everything -> a stands before it; put the narrower one first, or leave it out',
    'sluice: warning: the pool b gets no request: no route leads to it; add one, or leave the pool out',
    '',
  ]);
});

test('the pool default is unused behind a route that takes everything', () => {
  const config = loadConfig({ backend: ['http://d:1'], pool: POOLS.slice(0, 1), route: ['-> a'] });
  assert.match(warnings(config).join(), /^the pool default gets no request/);
  assert.match(summary(config), /default: least-conn over 1 backend \(no route leads to it\)/);
});

for (const [first, second, hidden] of [
  ['path=/x/*', 'path=/x/y', true],
  ['path=/x/*', 'path=/x/y/*', true],
  ['path=/x/*', 'path=/x', true],
  ['path=/x/*', 'path=/xy', false],
  ['path=/x', 'path=/x/*', false],
  ['path=/*', '', false],
  ['host=h.test', 'host=h.test method=GET', true],
  ['host=h.test', 'host=h.test,i.test', false],
  ['host=h.test', '', false],
  ['method=GET,HEAD', 'method=GET', true],
] as const) {
  test(`a route for "${second}" behind one for "${first}" is ${hidden ? 'never' : 'still'} taken`, () => {
    const route = [`${first} -> a`, `${second} -> b`, 'host=last.test path=/last -> b'];
    const said = warnings(loadConfig({ pool: POOLS, route }));
    assert.equal(
      said.some(line => line.startsWith('route 2,')),
      hidden,
      said.join('\n'),
    );
  });
}
