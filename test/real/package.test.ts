import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runNode } from '../support/program.ts';
import { temporaryFolder } from '../support/socket-path.ts';

const root = join(import.meta.dirname, '..', '..');

/** The package as it lies in the node_modules of who installs it. */
async function installed(t: TestContext): Promise<string> {
  const modules = join(temporaryFolder(t), 'node_modules');
  const folder = join(modules, 'sluice');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== 'sluice') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const name of ['bin', 'package.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  const built = await runNode(t, [join(root, 'build.ts'), join(folder, 'dist')]);
  assert.equal(built.code, 0, built.stdout + built.stderr);
  return folder;
}

test('the package runs from node_modules, where no types are stripped', async t => {
  const folder = await installed(t);
  const launcher = join(folder, 'bin', 'sluice.js');
  const version = await runNode(t, [launcher, 'version']);
  assert.match(version.stdout, /^sluice \d+\.\d+\.\d+/);
  assert.equal(version.code, 0, version.stderr);
  const check = await runNode(t, [launcher, 'check', '--backend', 'http://127.0.0.1:1']);
  assert.equal(check.code, 0, check.stderr);
});
