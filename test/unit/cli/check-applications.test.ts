import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { summary } from '../../../src/cli/summary.ts';
import { warnings } from '../../../src/cli/warnings.ts';
import { type FlagValues, loadConfig } from '../../../src/config/load.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { load } from '../config/loading.ts';
import { runCli } from './run-cli.ts';

const PHP = 'fcgi+unix:///run/php/php8.2-fpm.sock,max-conns=8';

function says(text: string, ...lines: string[]): void {
  for (const line of lines) assert.ok(text.split('\n').includes(line), `${line}\nis missing in\n${text}`);
}

function warned(flags: FlagValues, yaml?: string): readonly string[] {
  return warnings(load(flags, yaml));
}

test('the summary says what becomes of files and scripts, and of slow clients', t => {
  const root = temporaryFolder(t);
  says(
    summary(
      loadConfig({ backend: [PHP], root, symlinks: 'same-owner', 'max-spool': '2g', 'spool-dir': root }),
    ),
    '    fcgi+unix:///run/php/php8.2-fpm.sock, at most 8 in flight',
    `    files below ${root} are served, what ends in .php is run`,
    '      tried in this order: {path}, {path}/, /index.php',
    '      for a directory: index.php, index.html',
    '    symbolic links are followed to files of the same owner',
    '    in flight: no limit in all; 1024 may wait, each up to 30s',
    '    slow clients: uploads are taken in first, up to 1m; answers are read ahead, up to 256k',
    `  bodies too long for memory lie in ${root}, up to 2g in all`,
  );
  says(
    summary(loadConfig({ backend: ['http://a:1'], root, 'request-buffer': 'on,2m', 'sendfile-root': root })),
    `    files below ${root} are served`,
    '      tried in this order: {path}, {path}/, the backend',
    `    files below ${root} are sent when a backend names them`,
    '    slow clients: uploads are taken in first, up to 2m; answers are not read ahead',
  );
});

test('the summary says what an application is told', () => {
  const application = { mount: '/ü', variable: ['A=1', 'B=2'], authorization: 'no' };
  says(
    summary(loadConfig({ backend: ['fcgi://a:9000,docroot=/srv,mpxs=4'], ...application })),
    '    fcgi://a:9000, every address of the name, up to 4 on a connection if the application can',
    '    the application stands at /ü (SCRIPT_NAME)',
    '    it sees its files below /srv',
    '    it is given A, B',
    '    it never sees the Authorization field',
    '    slow clients: at their own pace, since no limit makes backends scarce',
  );
  says(
    summary(loadConfig({ backend: ['scgi://a:1'] })),
    '    the application is told the whole path (PATH_INFO)',
  );
  says(
    summary(loadConfig({ backend: ['scgi://a:1'], script: '/srv/app.py' })),
    '    every request runs the script /srv/app.py',
  );
});

test('the summary says which programs are run', t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'x.cgi'), '#!/bin/sh\n', { mode: 0o755 });
  says(
    summary(loadConfig({ backend: [`cgi://${folder}`, `cgi://${folder}/x.cgi`] })),
    `    cgi://${folder}, a directory of programs, picked by the path, at most 32 in flight`,
    `    cgi://${folder}/x.cgi, one program for all paths, at most 32 in flight`,
  );
});

test('the summary says how long connections are kept, which is not for all protocols the same', () => {
  for (const [backend, words] of [
    ['scgi://a:1', '    a connection for each request'],
    ['cgi:///usr/lib/cgi-bin/', '    a process for each request'],
    [
      'fcgi://a:1,max-conns=3',
      '    idle connections: up to 64 per endpoint, a second at most, since each may hold a worker',
    ],
    [
      'fcgi://a:1',
      '    idle connections: up to 64 per endpoint, a second at most, since each may hold a worker',
    ],
  ] as const) {
    says(summary(loadConfig({ backend: [backend] })), words);
  }
  says(
    summary(loadConfig({ backend: ['http://a:1'], keepalive: '0' })),
    '    idle connections: none is kept',
  );
});

test('the summary says what is started, and how many of it', () => {
  says(
    summary(loadConfig({ spawn: ["app=http:node 'a b' {port}"] })),
    '  app: least-conn over an application of its own',
    "    starts node 'a b' {port}",
    '      speaks http, 1 to 8 processes as the load wants, 32 requests at a time each',
    '      up within 10s, ends when idle for 1m, killed 10s after it was told to end',
  );
  const yaml =
    'pools: { a: { spawn: { command: php-cgi, min: 2, max: 2, concurrency: 3, user: u, directory: /tmp, environment: { A: b } } } }';
  says(
    summary(load({}, yaml)),
    '      speaks fcgi, 2 processes as the load wants, 3 requests at a time each',
    '      runs as user u, in /tmp',
    '      environment: A',
  );
});

test('PHP without a root is warned of, and so is FastCGI without a limit', t => {
  const root = temporaryFolder(t);
  writeFileSync(join(root, 'index.php'), '');
  const [scriptless, unlimited, ...more] = warned({ backend: ['fcgi://127.0.0.1:9000'] });
  assert.equal(
    scriptless,
    'the pool default has neither a root nor a script: fcgi://127.0.0.1:9000 looks like PHP, which will get no SCRIPT_FILENAME and find no file; add --root DIR, or --script FILE',
  );
  assert.match(
    unlimited!,
    /^the pool default has no limit for fcgi:\/\/127\.0\.0\.1:9000: add ,max-conns=N /,
  );
  assert.deepEqual(more, []);
  assert.match(warned({ spawn: ['default=php-cgi'] })[0]!, /: its application looks like PHP/);
  for (const flags of [
    { backend: [PHP], root },
    { backend: [PHP], variable: ['SCRIPT_FILENAME=/x.php'] },
    { backend: ['fcgi://app:1234'], 'max-conns': '8' },
    { backend: ['fcgi://app:1234'], 'pool-max-conns': '8' },
    { backend: ['fcgi://app:1234'], balance: 'fair' },
  ]) {
    assert.deepEqual(warned(flags), [], JSON.stringify(flags));
  }
});

test('files in front of HTTP backends that were meant for scripts are warned of', t => {
  const root = temporaryFolder(t);
  writeFileSync(join(root, 'index.php'), '');
  const pools = { backend: [PHP], pool: ['api=http://a:1'], route: ['path=/api/* -> api'] };
  assert.deepEqual(warned({ ...pools, root }), [
    `the pool api has HTTP backends, and serves the files below ${root} in front of them, since a root at the top is for all pools; pools.api.root: off in a file says otherwise`,
  ]);
  assert.deepEqual(warned({ backend: ['http://a:1'], root }), []);
});

test('scripts that are not there are warned of, unless the application has files of its own', t => {
  const root = temporaryFolder(t);
  assert.deepEqual(warned({ backend: [PHP], root }), [
    `the pool default: there is no ${root}/index.php here, which requests would fall to; it may be where only the application sees it`,
  ]);
  assert.deepEqual(warned({ backend: [PHP], script: '/nowhere/x.php' }), [
    'the pool default: there is no /nowhere/x.php here, which requests would fall to; it may be where only the application sees it',
  ]);
  assert.deepEqual(warned({ backend: [`${PHP},docroot=/srv`], root }), []);
  assert.deepEqual(warned({ backend: [PHP], root, try: '{path},=404' }), []);
});

test('programs that are not there, or may not be executed, are warned of', t => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'x');
  writeFileSync(file, '');
  mkdirSync(join(folder, 'd'));
  const said = (url: string): string => warned({ backend: [url] }).join();
  assert.equal(
    said(`cgi://${folder}/none`),
    `the pool default: there is no program ${folder}/none: every request would get 502`,
  );
  assert.match(said(`cgi://${folder}/none/`), /there is no directory .*would get 404/);
  assert.match(said(`cgi://${file}`), /may not be executed: chmod \+x makes it so/);
  chmodSync(file, 0o755);
  for (const path of [file, folder, `${folder}/d/`]) assert.equal(said(`cgi://${path}`), '');
});

test('an application that serve would not start is a mistake for check, too', async t => {
  const folder = temporaryFolder(t);
  const yaml = (name: string, spawn: string): string[] => {
    const file = join(folder, name);
    writeFileSync(file, `pools: { default: { spawn: { ${spawn} } } }`);
    return ['--config', file];
  };
  for (const [args, words] of [
    [['--spawn', 'default=no-such-program'], /no program no-such-program in .*install it/],
    [['--spawn', 'default=/nowhere/x'], /\/nowhere\/x is not there, or may not be executed/],
    [yaml('path.yaml', 'command: php, environment: { PATH: /nowhere }'), /no program php in \/nowhere/],
    [yaml('user.yaml', 'command: sh, user: no-such-user'), /there is no user no-such-user/],
  ] as const) {
    for (const command of [['check'], ['serve', '--listen', '127.0.0.1:0']]) {
      const { status, stderr } = await runCli(t, ...command, ...args);
      assert.equal(status, 2, stderr);
      assert.match(stderr, words);
    }
  }
  assert.equal((await runCli(t, 'check', '--spawn', 'default=sh')).status, 0);
});
