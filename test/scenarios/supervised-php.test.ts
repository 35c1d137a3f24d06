import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { unlessInstalled } from '../support/program.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { isRunning, type SpawnSetting, type SupervisingGateway, supervise } from '../support/supervised.ts';

const skip = unlessInstalled('php-cgi');

/** A gateway that starts php-cgi for a folder with one script, `a.php`. */
function php(t: TestContext, code: string, spawn: SpawnSetting = {}): Promise<SupervisingGateway> {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o711);
  const root = join(folder, 'www');
  mkdirSync(root);
  writeFileSync(join(root, 'a.php'), `<?php ${code}`);
  return supervise(t, { command: ['php-cgi'], protocol: 'fcgi', ...spawn }, { site: { root } });
}

test('php-cgi serves on the socket that it inherits, which only the gateway may use', { skip }, async t => {
  const g = await php(t, 'echo getmypid();');
  assert.equal(await g.get('/a.php'), String(g.processes[0]!.pid));
  const socket = join(g.folder, 'run/app/1.sock');
  assert.equal(statSync(socket).mode & 0o777, 0o600);
  assert.equal(statSync(join(g.folder, 'run/app')).mode & 0o777, 0o700);
});

test('php-cgi goes on after 500 requests', { skip }, async t => {
  const g = await php(t, 'echo getmypid();');
  const pids = new Set<string>();
  for (let i = 0; i < 520; i++) pids.add(await (await fetch(`${g.address}/a.php`)).text());
  assert.equal(pids.size, 1);
});

test('as many php-cgi as are needed answer, one request each', { skip }, async t => {
  const g = await php(t, 'usleep(200000); echo getmypid();', { max: 4 });
  const pids = await Promise.all(Array.from({ length: 24 }, () => g.get('/a.php')));
  assert.ok(new Set(pids).size > 1);
  for (const pid of pids) assert.match(pid, /^\d+$/);
});

test('a restart of php-cgi under load fails no request', { skip }, async t => {
  const g = await php(t, 'usleep(2000); echo getmypid();', { min: 2, max: 2 });
  await eventually('both serve', () => g.states === 'ready ready');
  const before = g.processes.map(({ pid }) => pid!);
  const answers: string[] = [];
  let on = true;
  const clients = Array.from({ length: 4 }, async () => {
    while (on) answers.push(await g.get('/a.php'));
  });
  await g.gateway.restartApplications();
  on = false;
  await Promise.all(clients);
  assert.ok(answers.length > 0);
  assert.deepEqual(
    answers.filter(answer => !/^\d+$/.test(answer)),
    [],
  );
  assert.deepEqual(before.filter(isRunning), []);
});

test('a crash of php-cgi is survived', { skip }, async t => {
  const g = await php(t, 'if (isset($_GET["die"])) posix_kill(getmypid(), 9); echo getmypid();');
  const first = await g.get('/a.php');
  process.kill(Number(first), 'SIGKILL');
  await eventually('another is started', () => g.processes[0]!.restarts === 1);
  assert.notEqual(await g.get('/a.php'), first);
});

test('php-cgi runs as another user when told so, in that user’s groups alone', {
  skip: skip || unlessRoot(),
}, async t => {
  const g = await php(t, 'echo readfile("/proc/self/status");', { user: 'www-data', group: 'nogroup' });
  const status = await g.get('/a.php');
  const ids = (name: string): string[] =>
    new RegExp(`^${name}:(.*)$`, 'm').exec(status)![1]!.trim().split(/\s+/);
  assert.deepEqual([...new Set(ids('Uid'))], ['33']);
  assert.deepEqual([...new Set(ids('Gid'))], ['65534']);
  assert.deepEqual(ids('Groups'), ['']);
});

function unlessRoot(): string | false {
  return process.getuid?.() === 0 ? false : 'only root may start processes of other users';
}
