import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/socket-path.ts';
import { load, loadPool, mistakes } from './loading.ts';

const PHP = { backend: ['fcgi+unix:///run/php.sock'] };
const HTTP = { backend: ['http://a:1'] };

test('without a root there is no site', () => {
  assert.equal(loadPool(PHP).site, undefined);
});

test('a root makes a site with a front controller, whose name ends as scripts do', t => {
  const root = temporaryFolder(t);
  assert.deepEqual(loadPool({ ...PHP, root: `${root}/` }).site, {
    root,
    index: ['index.php', 'index.html'],
    try: ['{path}', '{path}/', '/index.php'],
    script: '',
    suffixes: ['.php'],
    symlinks: 'yes',
  });
  const perl = loadPool({ ...PHP, root, 'script-suffix': '.cgi,.PL', index: 'a.html,start.pl' }).site!;
  assert.deepEqual(perl.suffixes, ['.cgi', '.pl']);
  assert.deepEqual(perl.try, ['{path}', '{path}/', '/start.pl']);
});

test('without an index that is a script, what is not found is 404', t => {
  const root = temporaryFolder(t);
  assert.deepEqual(loadPool({ ...PHP, root, index: 'index.html' }).site!.try, ['{path}', '{path}/', '=404']);
  assert.deepEqual(loadPool({ ...PHP, root, index: 'off' }).site!.try, ['{path}', '{path}/', '=404']);
});

test('a root in front of an HTTP backend serves files, and has no scripts', t => {
  const site = loadPool({ ...HTTP, root: temporaryFolder(t) }).site!;
  assert.deepEqual([site.index, site.try, site.script], [['index.html'], ['{path}', '{path}/'], '']);
});

test('what is no file goes to backends that are servers of applications', t => {
  const root = temporaryFolder(t);
  for (const url of ['http://a:1', 'scgi://a:1', 'uwsgi+unix:///x']) {
    const site = loadPool({ backend: [url], root }).site!;
    assert.deepEqual([site.index, site.try], [['index.html'], ['{path}', '{path}/']], url);
  }
  const { try: tried } = loadPool({ backend: ['scgi://a:1'], root, index: 'index.php' }).site!;
  assert.deepEqual(tried, ['{path}', '{path}/', '/index.php']);
});

test('a relative root begins at the working directory as a flag, and beside the file in the file', t => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'public'));
  const yaml = 'backend: fcgi://a:1\nroot: public\n';
  const config = load({}, yaml, false, join(folder, 'sluice.yaml'));
  assert.equal(config.pools[0]!.site!.root, join(folder, 'public'));
  const flag = relative(process.cwd(), folder);
  assert.equal(loadPool({ ...PHP, root: flag }).site!.root, folder);
});

test('a root that is not there is a mistake', t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  assert.deepEqual(mistakes({ ...PHP, root: join(folder, 'none') }), [
    `--root: cannot use the directory "${folder}/none": no such file or directory`,
  ]);
  assert.deepEqual(mistakes({ ...PHP, root: join(folder, 'file') }), [
    `--root: "${folder}/file" is not a directory`,
  ]);
});

test('the root of the whole file system is no root, however it is written', () => {
  const whole = 'the root of the whole file system may not be given away; name a directory below it';
  for (const root of ['/', '//', '/./', '/..', '/tmp/..', '/tmp/../', '../'.repeat(40)]) {
    assert.deepEqual(mistakes({ ...PHP, root }), [`--root: ${whole}`], root);
    assert.deepEqual(mistakes({ ...PHP, 'sendfile-root': root }), [`--sendfile-root: ${whole}`], root);
  }
});

test('a script lies below the root, however its path is written', t => {
  const root = temporaryFolder(t);
  for (const script of ['app.php', '/app.php', './app.php', join(root, 'app.php')]) {
    assert.equal(loadPool({ ...PHP, root, script }).site!.script, '/app.php', script);
  }
  assert.deepEqual(mistakes({ ...PHP, root, script: '../app.php' }), [
    `--script: the script has to lie below the root ${root}: leave . and .. out of its path`,
  ]);
});

test('a script with an absolute path needs no root, and its directory may be one that the application alone sees', () => {
  const { root, script } = loadPool({ ...PHP, script: '/srv/nowhere/public/index.php' }).site!;
  assert.deepEqual([root, script], ['/srv/nowhere/public', '/index.php']);
  for (const path of ['index.php', '/index.php']) {
    assert.deepEqual(mistakes({ ...PHP, script: path }), [
      `--script: the script ${path} needs a root to lie in: add --root DIR, or write its absolute path`,
    ]);
  }
});

test('a pool of the file has a site of its own, or none', t => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'blog'));
  const config = load(
    { root: folder },
    `
pools:
  default: { backends: ["fcgi://a:1"] }
  blog: { backends: ["fcgi://b:1"], root: ${folder}/blog, index: [home.php], try: ["{path}", "=410"], symlinks: same-owner }
  api: { backends: ["http://c:1"], root: off }
`,
  );
  const [plain, blog, api] = config.pools.map(pool => pool.site);
  assert.equal(plain!.root, folder);
  assert.deepEqual(
    [basename(blog!.root), blog!.index, blog!.try, blog!.symlinks],
    ['blog', ['home.php'], ['{path}', '=410'], 'same-owner'],
  );
  assert.equal(config.pools[1]!.symlinks, 'same-owner');
  assert.equal(api, undefined);
});

test('what says something of files needs a root', () => {
  assert.deepEqual(mistakes({ ...PHP, index: 'index.php', try: '{path}' }), [
    '--index: it says something of the files below a root, and there is none: add --root DIR',
    '--try: it says something of the files below a root, and there is none: add --root DIR',
  ]);
  assert.deepEqual(mistakes({}, 'pools:\n  a:\n    backends: fcgi://a:1\n    index: x.php\n'), [
    'sluice.yaml:4: pools.a.index: it says something of the files below a root, and the pool a has none: add root: DIR',
  ]);
});

test('what applications are told is a mistake where nobody hears it', () => {
  assert.deepEqual(mistakes({ ...HTTP, variable: ['A=B'], mount: '/x' }), [
    '--mount: it is for backends of the schemes fcgi, scgi, uwsgi or cgi, and there is none',
    '--variable: it is for backends of the schemes fcgi, scgi, uwsgi or cgi, and there is none',
  ]);
  const yaml =
    'pools:\n  a: { backends: "http://a:1", mount: /x }\n  b: { backends: "scgi://b:1" }\nroute: -> a\n';
  assert.deepEqual(mistakes({}, yaml), [
    'sluice.yaml:2: pools.a.mount: it is for backends of the schemes fcgi, scgi, uwsgi or cgi, and the pool a has none',
  ]);
});

test('a root wants backends of one kind', t => {
  const backend = ['fcgi://a:1', 'http://b:1'];
  assert.equal(loadPool({ backend }).backends.length, 2);
  assert.deepEqual(mistakes({ backend, root: temporaryFolder(t) }), [
    '--root: the pool default has backends that run scripts and others that do not: give each kind a pool of its own',
  ]);
});

test('a root for files that a backend names has to be there', t => {
  const folder = temporaryFolder(t);
  assert.equal(loadPool({ ...HTTP, 'sendfile-root': folder }).sendfileRoot, folder);
  assert.match(mistakes({ ...HTTP, 'sendfile-root': `${folder}/x` })[0]!, /^--sendfile-root: cannot use the/);
});

test('a directory for long bodies has to be there, and writable', t => {
  const folder = temporaryFolder(t);
  const { spool } = load({ ...HTTP, 'spool-dir': folder, 'max-spool': 'off' });
  assert.deepEqual(spool, { directory: folder, max: Number.POSITIVE_INFINITY });
  assert.match(mistakes({ ...HTTP, 'spool-dir': `${folder}/x` })[0]!, /^--spool-dir: this user cannot write/);
});
