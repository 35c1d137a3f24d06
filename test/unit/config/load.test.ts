import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../../src/config/load.ts';
import { poolsOf } from '../../../src/config/route-pools.ts';
import { makeRoute } from '../../support/config.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { load, mistakes } from './loading.ts';

const BACKEND = { backend: ['http://127.0.0.1:3000'] };

test('the defaults are those of the documentation', () => {
  const config = load(BACKEND);
  assert.deepEqual(config.listen, [{ kind: 'tcp', host: undefined, port: 8080, text: ':8080' }]);
  assert.deepEqual(config.limits, {
    headBytes: 32_768,
    fieldCount: 128,
    targetBytes: 8192,
    bodyBytes: Number.POSITIVE_INFINITY,
  });
  assert.deepEqual(config.client, {
    headerTimeout: 15_000,
    idleTimeout: 75_000,
    ioTimeout: 60_000,
    maxConnections: 10_000,
    handshakeTimeout: 10_000,
    maxHandshakes: 256,
    abort: 'queued',
  });
  assert.deepEqual(config.log, { access: '-', level: 'info', format: 'json' });
  assert.deepEqual([config.routes, config.trustProxy, config.shutdownTimeout], [[], [], 30_000]);
  assert.deepEqual(config.spool, { directory: tmpdir(), max: 1_073_741_824 });
});

test('the defaults of a pool are those of the documentation', () => {
  const { name, backends, ...pool } = load(BACKEND).pools[0]!;
  assert.deepEqual([name, backends.length], ['default', 1]);
  assert.deepEqual(pool, {
    balance: { kind: 'least-conn' },
    maxConns: Number.POSITIVE_INFINITY,
    poolMaxConns: Number.POSITIVE_INFINITY,
    queue: { length: 1024, timeout: 30_000 },
    timeouts: { connect: 3000, response: 60_000, idle: 60_000, tunnel: 3_600_000, total: 0 },
    retry: { attempts: 2, budget: 0.2, on: ['connect', 'reused'] },
    health: { maxFails: 1, failTimeout: 2000, allDown: 'last-resort', slowStart: 0 },
    check: undefined,
    breaker: undefined,
    hold: { file: '', bypass: [] },
    keepalive: { connections: 64, timeout: 30_000 },
    site: undefined,
    mount: '',
    variables: [],
    authorization: 'auto',
    symlinks: 'yes',
    requestBuffer: { mode: 'auto', size: 1_048_576 },
    responseBuffer: { mode: 'auto', size: 262_144 },
    sendfileRoot: '',
    spawn: undefined,
    fallback: '',
    sticky: undefined,
    directs: { accelRoutes: [], rewritePools: [], reproxyPools: [] },
  });
});

test('the log is for people on a terminal only, and only if the access lines go there', () => {
  assert.equal(load(BACKEND, undefined, true).log.format, 'pretty');
  assert.equal(load({ ...BACKEND, 'access-log': '/var/log/x' }, undefined, true).log.format, 'json');
  assert.equal(load({ ...BACKEND, 'log-format': 'combined' }, undefined, true).log.format, 'combined');
});

test('a pool of the file has its own settings, and those at the top where it has none', () => {
  const config = load(
    {},
    `
queue: 10
connect-timeout: 1s
balance: first
pools:
  api:
    backends: ["http://a:1,weight=2", "http://b:1"]
    balance: least-time
    max-conns: 8
    queue: { length: 500, timeout: 10s }
    retry: { attempts: 1, on: [connect, reused, 503], budget: 10% }
    timeouts: { response: 5s, total: 1m }
    health: { max-fails: 3, fail-timeout: 9s }
    keepalive: { connections: 0 }
  default:
    backends: http://c:1
`,
  );
  const [api, rest] = config.pools;
  assert.deepEqual([api!.name, rest!.name], ['api', 'default']);
  assert.deepEqual(api!.balance, { kind: 'least-time' });
  assert.deepEqual([api!.maxConns, api!.queue], [8, { length: 500, timeout: 10_000 }]);
  assert.deepEqual(api!.retry, { attempts: 1, budget: 0.1, on: ['connect', 'reused', '503'] });
  assert.deepEqual(api!.timeouts, {
    connect: 1000,
    response: 5000,
    idle: 60_000,
    tunnel: 3_600_000,
    total: 60_000,
  });
  assert.deepEqual(api!.health, {
    maxFails: 3,
    failTimeout: 9000,
    allDown: 'last-resort',
    slowStart: 0,
  });
  assert.deepEqual(api!.keepalive, { connections: 0, timeout: 30_000 });
  assert.deepEqual([rest!.balance, rest!.queue], [{ kind: 'first' }, { length: 10, timeout: 30_000 }]);
});

test('a flag replaces the key of its name, and the backends that the file gives the pool', () => {
  const yaml = `
listen: [":1", ":2"]
queue: 10
pools:
  default: { backends: ["http://a:1"], max-conns: 4 }
  api: { backends: ["http://b:1"] }
routes:
  - pool: api
`;
  const config = load(
    { listen: [':3'], queue: '20', backend: ['http://c:1'], pool: ['api=http://d:1'], route: ['-> default'] },
    yaml,
  );
  assert.deepEqual(
    config.listen.map(listen => listen.text),
    [':3'],
  );
  assert.deepEqual(
    config.pools.map(pool => pool.backends.map(backend => backend.url)),
    [['http://c:1'], ['http://d:1']],
  );
  assert.deepEqual([config.pools[0]!.maxConns, config.pools[0]!.queue.length], [4, 20]);
  assert.deepEqual(
    config.routes.map(route => poolsOf(route.action)[0]),
    ['default'],
  );
});

test('routes of the file have a match and a pool', () => {
  const config = load(
    BACKEND,
    `
routes:
  - match: { host: [A.test, b.test], path: /x/*, method: "GET,HEAD" }
    pool: default
`,
  );
  assert.deepEqual(config.routes, [
    makeRoute({ name: 'route-1', hosts: ['a.test', 'b.test'], methods: ['GET', 'HEAD'], path: '/x/*' }),
  ]);
});

test('anchors and merge keys work in the file', () => {
  const config = load(
    {},
    `
pools:
  default: &base
    backends: ["http://a:1"]
    max-conns: 3
  api:
    <<: *base
    max-conns: 5
`,
  );
  assert.deepEqual(
    config.pools.map(pool => pool.maxConns),
    [3, 5],
  );
});

test('a mistake in a flag names the flag, and which of several values it is', () => {
  assert.deepEqual(mistakes({ backend: ['http://a', 'http://b,wieght=2'], 'queue-timeout': '10 seconds' }), [
    '--backend "http://b,wieght=2": unknown backend option "wieght"; the nearest known one is "weight"',
    '--queue-timeout: expected a duration such as 250ms, 5s, 2m, 1h; got "10 seconds"',
  ]);
});

test('mistakes in the file name their lines, from top to bottom', () => {
  const yaml = `listen: [":8080"]
pools:
  api:
    backends:
      - http://a:1
      - http://b:x
    queue: { length: 500,
             timeout: 10 seconds }
    timout: 3s
routes:
  - match: { host: a.test }
  - 3
pols: {}
retries:
`;
  assert.deepEqual(mistakes({}, yaml), [
    'sluice.yaml:6: pools.api.backends[1]: expected a port from 1 to 65535; got "x"',
    'sluice.yaml:8: pools.api.queue.timeout: expected a duration such as 250ms, 5s, 2m, 1h; got "10 seconds"',
    'sluice.yaml:9: pools.api.timout: unknown key "timout"; the nearest known one is "timeouts"',
    'sluice.yaml:11: routes[0]: where does it lead? add pool: NAME, redirect, respond or return',
    'sluice.yaml:12: routes[1]: expected a mapping with keys such as match, pool, name; got 3',
    'sluice.yaml:13: pols: unknown key "pols"; the nearest known one is "pools"',
    'sluice.yaml:14: retries: expected a whole number from 0 to 100; got nothing',
  ]);
});

test('what does not fit together is named with its line', () => {
  const yaml = `listen: [":1", "*:1", "127.0.0.1:0", "127.0.0.1:0"]
pools:
  api:
    backends:
      - http://a:1
      - http://a:1,weight=2
  empty: {}
  spare: { backends: ["http://a:1,backup"] }
  "a b": { backends: ["http://a:1"] }
routes:
  - pool: ap
`;
  assert.deepEqual(mistakes({}, yaml), [
    'sluice.yaml:1: listen[1]: the address *:1 is listed twice',
    'sluice.yaml:6: pools.api.backends[1]: the pool api has two backends named a:1: leave one out, or tell them apart with ,name=TEXT',
    'sluice.yaml:7: pools.empty: the pool empty has no backend: list one or more under backends, such as http://127.0.0.1:3000',
    'sluice.yaml:8: pools.spare.backends[0]: every backend of the pool spare is a backup: leave the option away from at least one',
    'sluice.yaml:9: pools.a b: expected the name of a pool: letters, digits, "-", "_" and ".", at most 64; got "a b"',
    'sluice.yaml:11: routes[0].pool: unknown pool "ap"; the nearest known one is "api"',
  ]);
});

test('two backends on one address are fine with names of their own', () => {
  const config = load({ backend: ['http://a:1', 'http://a:1,name=again'] });
  assert.deepEqual(
    config.pools[0]!.backends.map(backend => backend.name),
    ['a:1', 'again'],
  );
});

test('a route in a flag to a pool that is not there names the flag', () => {
  assert.deepEqual(mistakes({ ...BACKEND, route: ['-> defualt'] }), [
    '--route "-> defualt": unknown pool "defualt"; the nearest known one is "default"',
  ]);
});

test('without a backend, and with pools that nothing leads to, the remedy is named', () => {
  assert.deepEqual(mistakes({}), [
    'no backend: name one with --backend http://HOST:PORT, or in a configuration file given with --config',
  ]);
  assert.deepEqual(mistakes({}, ''), [
    'no backend: name one with --backend http://HOST:PORT, or in sluice.yaml',
  ]);
  assert.equal(load({ pool: ['api=http://a:1'] }).pools.length, 1);
  assert.deepEqual(mistakes({ pool: ['api=http://a:1', 'web=http://b:1'] }), [
    "there are the pools api, web, but no route and no pool default: add --route '-> api', or routes in the file",
  ]);
});

test('the same thing said in two places of the file is refused', () => {
  const yaml = `backend: http://a:1
pools:
  default: { backends: ["http://b:1"] }
route: -> default
routes:
  - pool: default
`;
  assert.deepEqual(mistakes({}, yaml), [
    'sluice.yaml:1: backend[0]: the backends of the pool default are listed in pools.default.backends: add this one there',
    'sluice.yaml:4: route: there are routes under the key routes: add these there',
  ]);
});

test('what is no YAML, or no mapping, is named with its line', () => {
  assert.deepEqual(mistakes({}, 'queue: 1\nqueue: 2\n'), ['sluice.yaml:2: Map keys must be unique']);
  assert.deepEqual(mistakes({}, '- a\n'), [
    'sluice.yaml:1: expected a mapping with keys such as listen and pools',
  ]);
  assert.deepEqual(mistakes({}, 'pools: 3\n'), [
    'sluice.yaml:1: pools: expected a mapping from names to pools; got 3',
  ]);
  assert.deepEqual(mistakes({}, 'pools:\n  api: 3\n'), [
    'sluice.yaml:2: pools.api: expected a mapping with keys such as backends, balance, max-conns; got 3',
  ]);
  assert.match(mistakes({}, 'a: [1,\n')[0]!, /^sluice\.yaml:\d+: /);
  assert.match(mistakes({}, 'queue: !x 1\n')[0]!, /^sluice\.yaml:1: .*tag/);
});

test('an alias bomb is refused, not unfolded', () => {
  const levels = Array.from({ length: 12 }, (_, i) => `k${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
  assert.match(mistakes({}, `k0: &a0 [x]\n${levels.join('\n')}\n`).join('\n'), /alias/i);
});

test('keys that objects inherit are no settings', () => {
  assert.deepEqual(mistakes(BACKEND, 'constructor: 1\n'), [
    'sluice.yaml:1: constructor: unknown key "constructor"',
  ]);
  assert.match(mistakes(BACKEND, '__proto__: { queue: 1 }\n')[0]!, /unknown key "__proto__"/);
});

test('an empty file says nothing', () => {
  assert.equal(load(BACKEND, '').pools.length, 1);
  assert.equal(load(BACKEND, '# only a comment\n').pools.length, 1);
});

test('a file is read by its name, and one that cannot be read is named', t => {
  const file = join(temporaryFolder(t), 'sluice.yaml');
  writeFileSync(file, 'backend: http://a:1\n');
  assert.equal(loadConfig({}, file).pools[0]!.backends[0]!.host, 'a');
  assert.throws(() => loadConfig({}, `${file}x`), {
    name: 'ConfigError',
    message: `--config: cannot read "${file}x": no such file or directory`,
  });
});

test('a file is read anew each time', t => {
  const file = join(temporaryFolder(t), 'sluice.yaml');
  const queues = ['10', '20'].map(length => {
    writeFileSync(file, `queue: ${length}\nbackend: http://a:1`);
    return loadConfig({}, file).pools[0]!.queue.length;
  });
  assert.deepEqual(queues, [10, 20]);
});
