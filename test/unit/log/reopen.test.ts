import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type CountingLog, createLog } from '../../../src/log/create-log.ts';
import { afterwards } from '../../support/afterwards.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { makeRecord } from './record.ts';

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

function write(log: CountingLog, count: number): void {
  for (let i = 0; i < count; i++) log.access(makeRecord());
}

test('a file that was renamed keeps the lines of before, a new one gets those that come', async t => {
  const folder = temporaryFolder(t);
  const access = join(folder, 'access.log');
  const log = createLog({ access, level: 'fatal', format: 'json' });
  for (let turn = 1; turn <= 5; turn++) {
    write(log, 700);
    renameSync(access, `${access}.${turn}`);
    log.reopen();
  }
  write(log, 3);
  await log.end();
  await eventually('nothing is lost', () =>
    [1, 2, 3, 4, 5].every(turn => linesOf(`${access}.${turn}`).length === 700),
  );
  assert.equal(linesOf(access).length, 3);
  assert.equal(log.lost, 0);
});

test('a file that cannot be opened anew leaves the log in the one that is open', async t => {
  const folder = temporaryFolder(t);
  const access = join(folder, 'access.log');
  const log = createLog({ access, level: 'fatal', format: 'json' });
  write(log, 1);
  renameSync(access, `${access}.1`);
  mkdirSync(access);
  log.reopen();
  write(log, 1);
  await log.end();
  assert.equal(linesOf(`${access}.1`).length, 2);
});

test('another configuration may name another file and another format', async t => {
  const folder = temporaryFolder(t);
  const files = ['one', 'two'].map(name => join(folder, name));
  const log = createLog({ access: files[0]!, level: 'fatal', format: 'json' });
  write(log, 2);
  log.follow({ access: files[0]!, level: 'fatal', format: 'combined' });
  write(log, 1);
  log.follow({ access: files[1]!, level: 'fatal', format: 'combined' });
  write(log, 1);
  log.follow({ access: 'off', level: 'fatal', format: 'combined' });
  assert.equal(log.accessEnabled, false);
  write(log, 1);
  await log.end();
  assert.deepEqual(
    [...linesOf(files[0]!), ...linesOf(files[1]!)].map(line => line[0]),
    ['{', '{', '1', '1'],
  );
});

test('a configuration whose file cannot be opened changes nothing', async t => {
  const access = join(temporaryFolder(t), 'access.log');
  const log = createLog({ access, level: 'fatal', format: 'json' });
  assert.throws(() => log.follow({ access: '/nowhere/x', level: 'info', format: 'combined' }), {
    name: 'LogFileError',
  });
  write(log, 1);
  await log.end();
  assert.match(linesOf(access)[0]!, /^\{/);
});

test('files of before are closed', async t => {
  const access = join(temporaryFolder(t), 'access.log');
  const log = createLog({ access, level: 'fatal', format: 'json' });
  afterwards(t, () => log.end());
  const before = openFiles();
  for (let turn = 0; turn < 20; turn++) {
    write(log, 1);
    log.reopen();
  }
  await eventually('as many are open as before', () => openFiles() <= before);
});

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}
