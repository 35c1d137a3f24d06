import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { SiteConfig } from '../../../src/config/config.ts';
import { DocumentRoot, type Found } from '../../../src/site/document-root.ts';
import { makeTree } from '../../support/tree.ts';

const FILES = {
  'index.php': '',
  'a.css': '',
  'x.PHP': '',
  'foo.jpg': '',
  'page.html': '',
  'sub/index.html': '',
  'app/index.php': '',
  'both/index.html': '',
  'both/index.php': '',
  'empty/': '',
  'odd.php/inner.php': '',
  'odd.php/style.css': '',
  '.env': '',
  '.git/x.php': '',
  '.well-known/a': '',
  'x.php.bak': '',
  'old.php5': '',
  'sp ace.txt': '',
};

const SITE: SiteConfig = {
  root: '',
  index: ['index.php', 'index.html'],
  try: ['{path}', '{path}/', '/index.php'],
  script: '',
  suffixes: ['.php'],
  symlinks: 'yes',
};

/** What was found, in a few words. */
function words(found: Found): string {
  if (found.kind === 'script') return `run ${found.script.name} ${found.script.pathInfo}`.trimEnd();
  if (found.kind === 'file') return `send ${found.path}`;
  return found.kind === 'status' ? `=${found.status}` : found.kind;
}

const FRONT = 'run /index.php';

const PATHS: readonly [path: string, found: string][] = [
  ['/', FRONT],
  ['', 'slash'],
  ['/a.css', 'send /a.css'],
  ['//a.css', 'send /a.css'],
  ['/sp ace.txt', 'send /sp ace.txt'],
  ['/index.php', FRONT],
  ['/index.php/', 'run /index.php /'],
  ['/index.php/a/b', 'run /index.php /a/b'],
  ['//index.php//a//b', 'run /index.php //a//b'],
  ['/index.php/.NET', 'run /index.php /.NET'],
  ['/index.php/a.php', 'run /index.php /a.php'],
  ['/index.php/x.php.bak', 'run /index.php /x.php.bak'],
  ['/x.PHP', 'run /x.PHP'],
  ['/app/index.php/x', 'run /app/index.php /x'],
  ['/foo.jpg', 'send /foo.jpg'],
  ['/foo.jpg/x.php', FRONT],
  ['/foo.jpg/index.php', FRONT],
  ['/a.css/', FRONT],
  ['/sub', 'slash'],
  ['/sub/', 'send /sub/index.html'],
  ['/app', 'slash'],
  ['/app/', 'run /app/index.php'],
  ['/both/', 'run /both/index.php'],
  ['/empty', FRONT],
  ['/empty/', FRONT],
  ['/odd.php', FRONT],
  ['/odd.php/style.css', 'send /odd.php/style.css'],
  ['/odd.php/inner.php/x', 'run /odd.php/inner.php /x'],
  ['/none', FRONT],
  ['/none.php', FRONT],
  ['/none.php/x', FRONT],
  ['/a/b/c?', FRONT],
  [`/${'x'.repeat(300)}`, FRONT],
  [`/${'a.php/'.repeat(1000)}`, FRONT],
  ['/.env', 'secret'],
  ['/.none', 'secret'],
  ['/.git/x.php', 'secret'],
  ['/.git/x.php/y', 'secret'],
  ['/x.php.bak', 'secret'],
  ['/none.php~', 'secret'],
  ['/old.php5', 'secret'],
  ['/.well-known/a', 'send /.well-known/a'],
  ['/.well-known/none', FRONT],
];

for (const [path, found] of PATHS) {
  test(`${JSON.stringify(path.slice(0, 40))}: ${found}`, t => {
    const root = makeTree(t, FILES);
    const result = new DocumentRoot({ ...SITE, root }, SITE.suffixes).find(path);
    assert.equal(words(result), found);
    if (result.kind === 'script') assert.equal(result.script.root, root);
  });
}

/** What is found with other things to try. */
function tried(root: string, entries: readonly string[], path: string): string {
  return words(new DocumentRoot({ ...SITE, root, try: entries }, SITE.suffixes).find(path));
}

test('what is tried, and in which order, is for the configuration to say', t => {
  const root = makeTree(t, FILES);
  assert.equal(tried(root, ['{path}', '=404'], '/none'), '=404');
  assert.equal(tried(root, ['{path}', '=410'], '/sub/'), '=410');
  assert.equal(tried(root, ['{path}'], '/none'), 'nothing');
  assert.equal(tried(root, ['/page.html', '{path}'], '/a.css'), 'send /page.html');
  assert.equal(tried(root, ['{path}', '/none.php', '/app//index.php'], '/none'), 'run /app/index.php');
  assert.equal(tried(root, ['{path}/', '=404'], '/a.css'), '=404');
  assert.equal(tried(root, ['/index.php'], '/x.PHP'), FRONT);
  assert.equal(tried(root, ['/index.php'], '/wiki/.NET'), FRONT);
  assert.equal(tried(root, ['/none.php', '{path}/', '/index.php'], '/wiki/.NET'), 'secret');
  assert.equal(tried(root, ['{path}', '/.env'], '/none'), 'nothing');
});

test('what is neither file nor directory is not found, and nobody waits for it', t => {
  const root = makeTree(t, FILES);
  assert.equal(spawnSync('mkfifo', [`${root}/pipe`, `${root}/pipe.php`]).status, 0);
  assert.equal(tried(root, SITE.try, '/pipe'), '=404');
  assert.equal(tried(root, SITE.try, '/pipe.php'), '=404');
});

test('links to scripts, files and directories are not followed where they are not to be', t => {
  const root = makeTree(t, {
    ...FILES,
    'link.php': { link: 'index.php' },
    'link.css': { link: 'a.css' },
    link: { link: 'sub' },
    up: { link: '..' },
  });
  const site = new DocumentRoot({ ...SITE, root, try: ['{path}', '{path}/', '=404'], symlinks: 'no' }, [
    '.php',
  ]);
  for (const path of ['/link.php', '/link.php/x', '/link.css', '/link', '/link/', '/link/index.html', '/up/'])
    assert.equal(words(site.find(path)), '=404', path);
  assert.equal(tried(root, SITE.try, '/link.php/x'), 'run /link.php /x');
  assert.equal(tried(root, SITE.try, '/link.css'), 'send /link.css');
  assert.equal(tried(root, SITE.try, '/link/'), 'send /link/index.html');
});
