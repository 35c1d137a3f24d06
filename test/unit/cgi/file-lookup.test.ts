import assert from 'node:assert/strict';
import { chmodSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { latin1Path, lookUp } from '../../../src/cgi/file-lookup.ts';
import { GatewayError } from '../../../src/errors.ts';
import { afterwards } from '../../support/afterwards.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { makeTree } from '../../support/tree.ts';

const asRoot = process.getuid?.() === 0;

test('files, directories and nothing are told apart', t => {
  const root = makeTree(t, { 'a/b.txt': 'b' });
  assert.ok(lookUp(root, '/a', 'yes')!.isDirectory());
  assert.ok(lookUp(root, '/a/', 'yes')!.isDirectory());
  assert.ok(lookUp(root, '/a/b.txt', 'yes')!.isFile());
  assert.ok(lookUp(root, '', 'no')!.isDirectory());
  assert.ok(lookUp(root, '/', 'no')!.isDirectory());
});

test('what cannot be there is not there: below a file, too long, in a circle', t => {
  const root = makeTree(t, { 'a.jpg': 'a', loop: { link: 'loop' } });
  for (const path of [
    '/b',
    '/a.jpg/',
    '/a.jpg/x.php',
    `/${'x'.repeat(300)}`,
    `/${'x/'.repeat(3000)}`,
    '/loop',
  ])
    for (const links of ['yes', 'no', 'same-owner'] as const)
      assert.equal(lookUp(root, path, links), undefined, `${path.slice(0, 20)} ${links}`);
});

test('names are bytes: UTF-8 is found, and so is what is not UTF-8', t => {
  const root = temporaryFolder(t);
  writeFileSync(`${root}/caf\u00e9 \u2603.txt`, 'x');
  writeFileSync(Buffer.from(`${root}/\xe9\xff.txt`, 'latin1'), 'x');
  assert.ok(lookUp(root, latin1Path('/caf\u00e9 \u2603.txt'), 'yes')!.isFile());
  assert.ok(lookUp(root, '/\xe9\xff.txt', 'no')!.isFile());
});

test('a root whose name is not ASCII is found', t => {
  const root = `${temporaryFolder(t)}/w\u00fcrzel`;
  mkdirSync(root);
  writeFileSync(`${root}/a.txt`, 'x');
  assert.ok(lookUp(latin1Path(root), '/a.txt', 'no')!.isFile());
});

test('links are followed unless they are not to be', t => {
  const root = makeTree(t, {
    'real/x.txt': 'x',
    'file.txt': { link: 'real/x.txt' },
    folder: { link: 'real' },
    dangling: { link: 'nothing' },
  });
  for (const path of ['/file.txt', '/folder', '/folder/', '/folder/x.txt']) {
    assert.ok(lookUp(root, path, 'yes'), path);
    assert.ok(lookUp(root, path, 'same-owner'), path);
    assert.equal(lookUp(root, path, 'no'), undefined, path);
  }
  assert.ok(lookUp(root, '/real/x.txt', 'no'));
  for (const links of ['yes', 'no', 'same-owner'] as const)
    assert.equal(lookUp(root, '/dangling', links), undefined);
});

test('the root itself may be a link', t => {
  const folder = makeTree(t, { 'real/x.txt': 'x', root: { link: 'real' } });
  for (const path of ['/x.txt', '/', '']) assert.ok(lookUp(`${folder}/root`, path, 'no'), path);
});

test("same-owner refuses a link to what is another's, at any depth", { skip: !asRoot }, t => {
  const root = makeTree(t, { 'real/x.txt': 'x' });
  symlinkSync('real', `${root}/folder`);
  symlinkSync('real/x.txt', `${root}/file.txt`);
  for (const link of ['folder', 'file.txt']) lchownSync(`${root}/${link}`, 65534, 65534);
  assert.equal(lookUp(root, '/file.txt', 'same-owner'), undefined);
  assert.equal(lookUp(root, '/folder/x.txt', 'same-owner'), undefined);
  assert.ok(lookUp(root, '/folder/x.txt', 'yes'));
});

test('what the gateway has no access to is forbidden, and it is said why', t => {
  const root = makeTree(t, { 'closed/x.txt': 'x' });
  chmodSync(root, 0o755);
  chmodSync(`${root}/closed`, 0);
  // Nothing is closed to the superuser.
  if (asRoot) process.seteuid!(65_534);
  afterwards(t, () => {
    if (asRoot) process.seteuid!(0);
    chmodSync(`${root}/closed`, 0o700);
  });
  assert.throws(
    () => lookUp(root, '/closed/x.txt', 'yes'),
    (error: unknown) =>
      error instanceof GatewayError && error.kind === 'forbidden' && /search/.test(error.message),
  );
});
