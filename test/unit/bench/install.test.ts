import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isInstalled, programPath } from '../../../bench/install.ts';
import { afterwards } from '../../support/afterwards.ts';
import { temporaryFolder } from '../../support/socket-path.ts';

/** A folder that is all of the path for the length of a test, with those programs in it. */
function onlyPath(t: TestContext, ...programs: readonly string[]): string {
  const folder = temporaryFolder(t);
  for (const name of programs) writeFileSync(join(folder, name), '', { mode: 0o755 });
  const before = process.env['PATH'];
  process.env['PATH'] = folder;
  afterwards(t, () => {
    process.env['PATH'] = before;
  });
  return folder;
}

test('a program with a version at the end of its name is found, the highest one first', t => {
  const folder = onlyPath(t, 'php-fpm8.2', 'php-fpm8.4');
  assert.equal(programPath('php-fpm'), join(folder, 'php-fpm8.4'));
});

test('a program without a version comes before one that has one', t => {
  const folder = onlyPath(t, 'php-fpm', 'php-fpm8.2');
  assert.equal(programPath('php-fpm'), join(folder, 'php-fpm'));
});

test('what cannot be executed, or has another name, is not installed', t => {
  const folder = onlyPath(t, 'nginx-debug');
  writeFileSync(join(folder, 'nginx'), '', { mode: 0o644 });
  assert.equal(isInstalled('nginx'), false);
});
