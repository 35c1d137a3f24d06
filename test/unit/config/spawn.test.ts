import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseCommand } from '../../../src/config/command-words.ts';
import { parseEnvironment, parseOwner, parseSpawn } from '../../../src/config/spawn.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { load, loadPool, mistakes } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

test('a command is split as a shell splits it, and nothing in it is replaced', () => {
  for (const [text, words] of [
    ['php-cgi', ['php-cgi']],
    [' php-cgi  -d x=1 ', ['php-cgi', '-d', 'x=1']],
    ['a \'b c\' "d e" f\\ g', ['a', 'b c', 'd e', 'f g']],
    [`a b'c'"d"e`, ['a', 'bcde']],
    ['a \'\' ""', ['a', '', '']],
    ['a "\\"\\\\\\n" $HOME *', ['a', '"\\\\n', '$HOME', '*']],
    ["sh -c 'a && b > c'", ['sh', '-c', 'a && b > c']],
    ["a '|' x|y", ['a', '|', 'x|y']],
  ] as const) {
    assert.deepEqual(parseCommand(text), words, text);
  }
  assert.deepEqual(parseCommand(['a b', 3]), ['a b', '3']);
});

test('a command that is none is answered with why', () => {
  refuses(parseCommand, "a 'b", 'a quote is not closed in the command "\'b"');
  refuses(
    parseCommand,
    'cd x && app',
    'no shell reads the command, so "&&" would be an argument: write sh -c \'..\' around it, or quote it',
  );
  refuses(parseCommand, ' ', "expected a command such as 'php-cgi -d memory_limit=256M'; got nothing");
  refusesAll(parseCommand, ['', [], [''], ['a', {}], ['a\0b'], 3, null, 'a >x', 'a 2>&1', "'' x", 'a\\']);
});

test('a flag names the pool, what the application speaks, and its command', () => {
  assert.deepEqual(parseSpawn('php=php-cgi -b'), {
    pool: 'php',
    protocol: 'fcgi',
    command: ['php-cgi', '-b'],
  });
  assert.deepEqual(parseSpawn('web=http:env A=b node app.js {port}'), {
    pool: 'web',
    protocol: 'http',
    command: ['env', 'A=b', 'node', 'app.js', '{port}'],
  });
  refuses(parseSpawn, 'php=cgi:x', 'expected one of fcgi, scgi, uwsgi, http before the colon; got "cgi"');
  refuses(
    parseSpawn,
    'php-cgi',
    "expected 'POOL=COMMAND' or 'POOL=PROTOCOL:COMMAND', such as 'php=php-cgi'; got \"php-cgi\"",
  );
  refusesAll(parseSpawn, ['php=', 'php=http:', '=x', 'a b=x', "sh -c 'A=b'", null]);
});

test('an environment is a mapping from names to texts', () => {
  assert.deepEqual(parseEnvironment({ LANG: 'C.UTF-8', N: 3, E: null }), { LANG: 'C.UTF-8', N: '3', E: '' });
  refusesAll(parseEnvironment, [[], 'A=B', { 'A-B': '1' }, { A: {} }, { A: '\0' }, null]);
});

test('a user or a group is a name or a number', () => {
  assert.deepEqual(['www-data', 33, '_x'].map(parseOwner), ['www-data', '33', '_x']);
  refusesAll(parseOwner, ['', '-x', 'a b', 'a:b', -1, 1.5, null]);
});

test('a pool that starts its application has a backend for each process', () => {
  const { spawn, backends, site } = loadPool({ spawn: ['php=php-cgi'] });
  assert.deepEqual(spawn, {
    command: ['php-cgi'],
    protocol: 'fcgi',
    min: 1,
    max: 8,
    concurrency: 1,
    idleTimeout: 60_000,
    startTimeout: 10_000,
    stopTimeout: 10_000,
    user: '',
    group: '',
    directory: '',
    environment: {},
  });
  assert.deepEqual(
    [backends.length, backends[7]!.name, backends[0]!.maxConns, site],
    [8, 'php/8', 1, undefined],
  );
});

test('a process serves one request at once, or 32 where it speaks http, unless the file says otherwise', () => {
  for (const [protocol, most] of [
    ['fcgi', 1],
    ['scgi', 1],
    ['uwsgi', 1],
    ['http', 32],
  ] as const) {
    const command = `app {socket}`;
    const flagged = loadPool({ spawn: [`app=${protocol}:${command}`] });
    const written = loadPool(
      {},
      `pools: { app: { spawn: { command: "${command}", protocol: ${protocol} } } }`,
    );
    for (const { spawn, backends } of [flagged, written])
      assert.deepEqual([spawn!.concurrency, backends[0]!.maxConns], [most, most], protocol);
  }
  const text = 'pools: { app: { spawn: { command: "app {socket}", protocol: http, concurrency: 1 } } }';
  assert.equal(loadPool({}, text).spawn!.concurrency, 1);
});

test('the file describes an application at length', t => {
  const directory = temporaryFolder(t);
  const { spawn, backends } = loadPool(
    {},
    `
pools:
  app:
    spawn:
      command: [node, app.js]
      protocol: http
      min: 0
      max: 2
      concurrency: 50
      idle-timeout: 5m
      start-timeout: 3s
      stop-timeout: 1s
      user: www-data
      group: 33
      directory: ${directory}
      environment: { PORT: "{port}" }
`,
  );
  assert.deepEqual(spawn, {
    command: ['node', 'app.js'],
    protocol: 'http',
    min: 0,
    max: 2,
    concurrency: 50,
    idleTimeout: 300_000,
    startTimeout: 3000,
    stopTimeout: 1000,
    user: 'www-data',
    group: '33',
    directory,
    environment: { PORT: '{port}' },
  });
  assert.deepEqual(
    backends.map(({ url, maxConns }) => [url, maxConns]),
    [
      ['http://127.0.0.1:0', 50],
      ['http://127.0.0.1:0', 50],
    ],
  );
});

test('what is wrong with an application is named with its line', () => {
  const yaml = `pools:
  a:
    spawn: { command: uwsgi, protocol: uwsgi, min: 9, max: 3 }
  b:
    spawn: { protocol: http }
  c:
    spawn: { command: "x {socket} {port}", directory: /nowhere }
  d:
    backends: fcgi://d:1
    spawn: { command: x }
routes:
  - pool: a
`;
  assert.deepEqual(mistakes({}, yaml), [
    "sluice.yaml:5: pools.b.spawn.command: expected a command such as 'php-cgi -d memory_limit=256M'; got nothing",
  ]);
  assert.deepEqual(mistakes({}, yaml.replace('protocol: http', 'command: x')), [
    'sluice.yaml:3: pools.a.spawn: min, 9 processes, is more than max, 3: lower the one or raise the other',
    "sluice.yaml:3: pools.a.spawn: the command has to say where to listen: put {socket} or {port} where uwsgi wants its address, such as 'uwsgi --uwsgi-socket {socket} ..'",
    'sluice.yaml:7: pools.c.spawn.directory: cannot use the directory "/nowhere": no such file or directory',
    'sluice.yaml:7: pools.c.spawn: a process listens in one place: ask for {socket} or for {port}, not for both',
    'sluice.yaml:10: pools.d.spawn: the pool d starts its application itself: leave its backends out, or the application',
  ]);
});

test('a flag that starts an application takes the place of backends in the file, and the other way round', () => {
  const listed = 'pools:\n  default: { backends: "fcgi://a:1", max-conns: 3 }\n';
  assert.equal(loadPool({ spawn: ['default=php-cgi'] }, listed).spawn!.command[0], 'php-cgi');
  const started = 'pools:\n  default: { spawn: { command: php-cgi } }\n';
  const pool = loadPool({ backend: ['fcgi://a:1'] }, started);
  assert.deepEqual([pool.spawn, pool.backends.length], [undefined, 1]);
  assert.deepEqual(mistakes({ spawn: ['default=x', 'default=y'], backend: ['fcgi://a:1'] }), [
    '--spawn "default=x": the pool default starts its application itself: leave its backends out, or the application',
    '--spawn "default=y": the pool default starts its application already: one command a pool',
  ]);
  assert.deepEqual(mistakes({}, `${started}spawn: default=x\n`), [
    'sluice.yaml:3: spawn[0]: the application of the pool default is described in pools.default.spawn: leave this one out',
  ]);
});

test('a pool whose sockets would have too long a path is told so', t => {
  const before = process.env['XDG_RUNTIME_DIR'];
  const folder = join(temporaryFolder(t), 'of-a-user');
  mkdirSync(folder);
  t.after(() => {
    if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
    else process.env['XDG_RUNTIME_DIR'] = before;
  });
  process.env['XDG_RUNTIME_DIR'] = folder;
  const name = 'x'.repeat(64);
  assert.match(load({ spawn: ['x=y'] }).pools[0]!.backends[0]!.path, new RegExp(`^${folder}/sluice-`));
  assert.match(
    mistakes({ spawn: [`${name}=y`] })[0]!,
    /is longer than the kernel takes: give the pool a shorter/,
  );
});
