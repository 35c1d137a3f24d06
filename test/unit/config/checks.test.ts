import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCheck, parseCheckBody, parseCheckHost } from '../../../src/config/check-request.ts';
import { formatStatuses, parseStatuses } from '../../../src/config/statuses.ts';
import { load, loadPool, mistakes } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

const HTTP = { backend: ['http://a:1'] };
const PROGRAMS = { backend: ['cgi:///bin/'] };
const NO_ANSWER = 'a check of connections asks nothing: leave it out, or name a path';

test('a check asks for a path, or that a connection stands, and has defaults for the rest', () => {
  assert.deepEqual(loadPool({ ...HTTP, check: '/healthz?full=1' }).check, {
    path: '/healthz?full=1',
    method: 'GET',
    host: '',
    statuses: [[200, 399]],
    body: '',
    interval: 5000,
    timeout: 2000,
    rise: 2,
    fall: 3,
  });
  assert.equal(loadPool({ ...HTTP, check: 'connect' }).check!.path, '');
  assert.equal(loadPool({ ...HTTP, check: 'off' }).check, undefined);
  assert.equal(loadPool(HTTP).check, undefined);
});

test('what is no path is answered with what to write', () => {
  const what = 'expected a path such as /healthz, connect, or off';
  refuses(parseCheck, 'healthz', `${what}; got "healthz": write /healthz`);
  refuses(parseCheck, 'conect', `${what}; got "conect": write connect`);
  refuses(
    parseCheck,
    'http://a/healthz',
    `${what}; got "http://a/healthz": the backends say where, a check says the path, and --check-host the Host`,
  );
  refuses(parseCheck, '/a b', 'a path has no spaces and only ASCII (%20 stands for a space); got "/a b"');
  refuses(
    parseCheck,
    { path: '/' },
    `${what}; got a mapping: at the top, the rest has keys such as check-interval`,
  );
  refuses(parseCheck, '/a#b', 'a path that is sent has no "#"; got "/a#b"');
  refusesAll(parseCheck, ['', null, undefined, true, 5, '/\r\nX: y', '/\u00e9', '/\0']);
});

test('every flag of checks reaches the check', () => {
  const pool = loadPool({
    ...HTTP,
    check: '/',
    'check-method': 'OPTIONS',
    'check-host': 'app.test:81',
    'check-status': '2xx,404',
    'check-body': 'grün',
    'check-interval': '1s',
    'check-timeout': '100ms',
    'check-rise': '1',
    'check-fall': '9',
  });
  assert.deepEqual(pool.check, {
    path: '/',
    method: 'OPTIONS',
    host: 'app.test:81',
    statuses: [
      [200, 299],
      [404, 404],
    ],
    body: 'gr\u00c3\u00bcn',
    interval: 1000,
    timeout: 100,
    rise: 1,
    fall: 9,
  });
});

test('a pool has its own checks, the rest of which the top says', () => {
  const [api, web, none] = load(
    { check: '/up', 'check-fall': '7' },
    `
pools:
  api:
    backends: http://a:1
    check: { path: connect, interval: 1s, rise: 1 }
  web: { backends: http://b:1, check: /healthz }
  none: { backends: http://c:1, check: off }
routes: [{ pool: api }]
`,
  ).pools;
  assert.deepEqual(
    [api!.check!.path, api!.check!.interval, api!.check!.rise, api!.check!.fall],
    ['', 1000, 1, 7],
  );
  assert.deepEqual([web!.check!.path, none!.check], ['/healthz', undefined]);
});

test('statuses are numbers, ranges and classes', () => {
  assert.deepEqual(parseStatuses([200, '3xx', '500-503']), [
    [200, 200],
    [300, 399],
    [500, 503],
  ]);
  assert.equal(formatStatuses(parseStatuses('204, 2XX')), '204,200-299');
  refuses(
    parseStatuses,
    '399-200',
    'expected statuses from 200 to 599, such as 200, 2xx, 200-399 or 200,204; got "399-200"',
  );
  refusesAll(parseStatuses, ['', null, [], '1xx', '6xx', '100', '600', '200-', '20', '200,,', 'ok', {}]);
});

test('the Host of a check has no more than a name and a port', () => {
  assert.equal(parseCheckHost('app.test'), 'app.test');
  assert.equal(parseCheckHost('[::1]:80'), '[::1]:80');
  assert.equal(parseCheckHost('[::1]'), '[::1]');
  refusesAll(parseCheckHost, ['', null, 'http://a', 'a b', 'a\r\nX: y', 'a:0', '::1']);
  refusesAll(parseCheckBody, ['', null, true, []]);
});

test('nothing listens where programs are run, so a connection cannot be checked there', () => {
  const message = 'nothing listens where a program is run for each request: name a path';
  assert.deepEqual(mistakes({ ...PROGRAMS, check: 'connect' }), [`--check: ${message}`]);
  assert.deepEqual(mistakes({}, 'pools: { default: { backends: "cgi:///bin/", check: connect } }'), [
    `sluice.yaml:1: pools.default.check.path: ${message}`,
  ]);
  assert.equal(loadPool({ ...PROGRAMS, check: '/cgi-bin/up' }).check!.path, '/cgi-bin/up');
});

test('connect at the top is for those pools where something listens', () => {
  const { pools } = load({ ...PROGRAMS, pool: ['api=http://a:1'], check: 'connect' });
  assert.deepEqual(
    pools.map(({ name, check }) => [name, check?.path]),
    [
      ['default', undefined],
      ['api', ''],
    ],
  );
});

test('what would be said of no check, or of no answer, is a mistake', () => {
  assert.deepEqual(mistakes({ ...HTTP, 'check-interval': '1s' }), [
    '--check-interval: nothing is checked: add --check PATH, or --check connect',
  ]);
  assert.deepEqual(mistakes({ ...HTTP, check: 'connect', 'check-status': '200' }), [
    `--check-status: ${NO_ANSWER} with --check`,
  ]);
  const file = (check: string): readonly string[] =>
    mistakes({}, `pools:\n  default:\n    backends: http://a:1\n    check: ${check}`);
  assert.deepEqual(file('{ path: connect, body: ok }'), [
    `sluice.yaml:4: pools.default.check.body: ${NO_ANSWER}`,
  ]);
  assert.deepEqual(file('{ interval: 1s }'), [
    'sluice.yaml:4: pools.default.check.interval: nothing is checked: say what with path, such as /healthz or connect',
  ]);
  assert.deepEqual(file('{ path: /, method: HEAD, body: ok }'), [
    'sluice.yaml:4: pools.default.check.body: an answer to HEAD has no body to look at: take GET, or leave the text out',
  ]);
});

test('what is wrong at the top is said once, however many pools it is for', () => {
  assert.deepEqual(
    mistakes({
      ...HTTP,
      pool: ['b=http://b:1'],
      check: '/',
      'check-method': 'HEAD',
      'check-body': 'ok',
    }),
    ['--check-body: an answer to HEAD has no body to look at: take GET, or leave the text out'],
  );
});

test('a mistake in a check of the file names its line and key', () => {
  const yaml = `
pools:
  default:
    backends: http://a:1
    check:
      path: /up
      intervall: 1s
      status: [200, 99]
`;
  assert.deepEqual(mistakes({}, yaml), [
    'sluice.yaml:7: pools.default.check.intervall: unknown key "intervall"; the nearest known one is "interval"',
    'sluice.yaml:8: pools.default.check.status: expected statuses from 200 to 599, such as 200, 2xx, 200-399 or 200,204; got "99"',
  ]);
  assert.deepEqual(mistakes({}, 'pools: { default: { backends: "http://a:1", check: 5 } }'), [
    'sluice.yaml:1: pools.default.check: expected a text for path, or a mapping with keys such as path, method, host; got 5',
  ]);
});
