import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLog } from '../../../src/log/create-log.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { makeRecord } from './record.ts';

test('access lines go to the file in the format that was asked for', async t => {
  for (const [format, start] of [
    ['json', '{"time":"'],
    ['combined', '192.0.2.7 - - ['],
  ] as const) {
    const access = join(temporaryFolder(t), format);
    const log = createLog({ access, level: 'fatal', format });
    log.access(makeRecord());
    log.access(makeRecord());
    await log.end();
    const lines = readFileSync(access, 'utf8').split('\n');
    assert.equal(lines.length, 3);
    for (const line of lines.slice(0, 2)) assert.ok(line.startsWith(start), line);
  }
});

test('a file is appended to', async t => {
  const access = join(temporaryFolder(t), 'log');
  for (let i = 0; i < 2; i++) {
    const log = createLog({ access, level: 'fatal', format: 'json' });
    log.access(makeRecord());
    await log.end();
  }
  assert.equal(readFileSync(access, 'utf8').trim().split('\n').length, 2);
});

test('with the access log off nothing needs to be gathered', async () => {
  const log = createLog({ access: 'off', level: 'fatal', format: 'json' });
  assert.equal(log.accessEnabled, false);
  log.access(makeRecord());
  await log.end();
});

test('a file that cannot be opened is an error that names it', t => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'log'));
  assert.throws(() => createLog({ access: join(folder, 'log'), level: 'info', format: 'json' }), {
    name: 'LogFileError',
    file: join(folder, 'log'),
  });
});

test('a log that cannot be written counts its lines and throws nothing', async () => {
  const log = createLog({ access: '/dev/full', level: 'fatal', format: 'json' });
  for (let i = 0; i < 1000; i++) log.access(makeRecord());
  await log.flush();
  await log.end();
  assert.equal(log.lost, 1000);
});
