import assert from 'node:assert/strict';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WatchedFile } from '../../../src/resolver/watched-file.ts';
import { temporaryFolder } from '../../support/socket-path.ts';

function watched(t: TestContext, text: string): { path: string; file: WatchedFile } {
  const path = join(temporaryFolder(t), 'hosts');
  writeFileSync(path, text);
  const file = new WatchedFile(path);
  assert.equal(file.text, text);
  return { path, file };
}

test('a file that stays as it is has not changed', t => {
  const { file } = watched(t, 'one');
  assert.equal(file.look(), false);
});

for (const [claim, before, change] of [
  ['is written anew', 'another', (path: string) => writeFileSync(path, 'two')],
  [
    'is replaced by another of the same length',
    'one',
    (path: string) => {
      writeFileSync(`${path}.new`, 'two');
      renameSync(`${path}.new`, path);
    },
  ],
] as const) {
  test(`a file that ${claim} has changed, once`, t => {
    const { path, file } = watched(t, before);
    change(path);
    assert.equal(file.look(), true);
    assert.equal(file.text, 'two');
    assert.equal(file.look(), false);
  });
}

test('a file that is gone is empty until it is back', t => {
  const { path, file } = watched(t, 'one');
  rmSync(path);
  assert.equal(file.look(), true);
  assert.equal(file.text, '');
  writeFileSync(path, 'two');
  assert.equal(file.look(), true);
  assert.equal(file.text, 'two');
});

test('a path that leads nowhere is an empty file, and no crash', t => {
  const { path, file } = watched(t, 'one');
  rmSync(path);
  symlinkSync(path, path);
  assert.equal(file.look(), true);
  assert.equal(file.text, '');
  assert.equal(new WatchedFile(temporaryFolder(t)).text, '', 'nor is a folder');
});
