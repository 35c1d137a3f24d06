import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/socket-path.ts';
import { runCli, startCli } from './run-cli.ts';

const NO_BACKEND =
  'sluice: no backend: name one with --backend http://HOST:PORT, or in a configuration file given with --config\n';

/** Mistakes of a command line, and what standard error says to each. */
const MISTAKES: readonly (readonly [args: readonly string[], stderr: string])[] = [
  [[], NO_BACKEND],
  [['srve'], 'sluice: unknown command "srve"; the nearest known one is "serve"\n'],
  [
    ['--lisen', ':1'],
    'sluice: unknown flag --lisen; the nearest known flag is --listen (sluice serve --help lists them all)\n',
  ],
  [
    ['check', '--jsn=1'],
    'sluice: unknown flag --jsn; the nearest known flag is --json (sluice check --help lists them all)\n',
  ],
  [['hold', '--for'], 'sluice: --for: expected a duration such as 30s; got nothing\n'],
  [['resume', '--pace'], 'sluice: --pace: expected a pace such as 200/s; got nothing\n'],
  [['--listen'], 'sluice: --listen: expected ADDR; got nothing\n'],
  [['--queue', '1', '--queue', '2'], 'sluice: --queue is given twice\n'],
  [['serve', 'http://a'], 'sluice: serve: too many arguments; usage: sluice serve [options]\n'],
  [
    ['-b', 'http://a', '--balance', 'rond-robin', '--idle-timeout', '5'],
    'sluice: --balance: expected one of round-robin, least-conn, random, least-time, fair, first, hash:KEY; got "rond-robin", the nearest is round-robin\n' +
      'sluice: --idle-timeout: expected a duration such as 250ms, 5s, 2m, 1h; got "5"\n',
  ],
  [
    ['--config', '/nowhere/sluice.yaml'],
    'sluice: --config: cannot read "/nowhere/sluice.yaml": no such file or directory\n',
  ],
  [
    ['-b', 'http://a', '--cookie-key-file', '/nowhere/key'],
    'sluice: --cookie-key-file: cannot use "/nowhere/key": the directory "/nowhere" does not exist\n',
  ],
  [
    ['-b', 'http://a', '--access-log', '/nowhere/log', '-l', '127.0.0.1:0'],
    'sluice: --access-log: cannot open "/nowhere/log": the directory "/nowhere" does not exist\n',
  ],
  [
    ['probe'],
    'sluice: probe: the argument BACKEND-URL is missing; usage: sluice probe [options] <BACKEND-URL> [PATH]\n',
  ],
];

for (const [args, stderr] of MISTAKES) {
  test(`a mistake is named, and the status is 2: sluice ${args.join(' ')}`, async t => {
    assert.deepEqual(await runCli(t, ...args), { status: 2, stdout: '', stderr });
  });
}

test('a mistake in the file is named with the line, and the status is 2', async t => {
  const file = join(temporaryFolder(t), 'sluice.yaml');
  writeFileSync(file, 'backend: http://a:1\npools:\n  api:\n    queue: { timeout: 10 seconds }\n');
  const { status, stderr } = await runCli(t, 'serve', '--config', file);
  assert.equal(
    stderr,
    `sluice: ${file}:4: pools.api.queue.timeout: expected a duration such as 250ms, 5s, 2m, 1h; got "10 seconds"\n`,
  );
  assert.equal(status, 2);
});

test('help goes to standard output and names every flag with its default', async t => {
  const { status, stdout, stderr } = await runCli(t, 'serve', '--help');
  assert.deepEqual([status, stderr], [0, '']);
  const text = stdout.replace(/\s+/g, ' ');
  for (const part of [
    '--queue-timeout <D>',
    '(default: 30s)',
    '-l, --listen <ADDR>',
    '(repeatable; default: :8080)',
  ]) {
    assert.ok(text.includes(part), part);
  }
});

test('a reader of standard output that has read enough is no fault', async t => {
  for (const args of [['serve', '--help'], ['explain', 'GET', '/', '-b', 'http://a:1'], ['version']]) {
    const command = startCli(t, args);
    command.child.stdout!.destroy();
    const { status, stderr } = await command.ended();
    assert.deepEqual([status, stderr], [0, ''], args.join(' '));
  }
});

test('the version is told by the flag and by the command', async t => {
  const [flag, command] = await Promise.all([runCli(t, '--version'), runCli(t, 'version')]);
  assert.deepEqual(flag, command);
  assert.equal(flag.status, 0);
  assert.match(flag.stdout, new RegExp(`^sluice \\d+\\.\\d+\\.\\d+ \\(Node\\.js ${process.versions.node}, `));
});
