import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exchange, get, post } from '../support/client.ts';
import { startPhpSite } from '../support/php-site.ts';
import { unlessInstalled } from '../support/program.ts';

const skip = unlessInstalled('php-fpm');

test('a static file is sent by the gateway, with its type, and again only if it changed', {
  skip,
}, async t => {
  const { gateway, fpm } = await startPhpSite(t);
  const answer = await exchange(t, gateway.address, get('/style.css'));
  assert.equal(answer.status, 200);
  assert.match(answer.field('content-type')!, /^text\/css/);
  assert.equal(answer.text, readFileSync(join(fpm.root, 'style.css'), 'latin1'));
  assert.deepEqual(answer.all('x-powered-by'), []);
  const tag = `If-None-Match: ${answer.field('etag')}`;
  assert.equal((await exchange(t, gateway.address, get('/style.css', tag))).status, 304);
});

test('what is not there falls to the front controller, with the path that was asked for', {
  skip,
}, async t => {
  const { gateway } = await startPhpSite(t);
  for (const path of ['/', '/2026/11/a-post/?page=2', '/style.css/x.php', '/none.php']) {
    const answer = await exchange(t, gateway.address, get(path));
    assert.equal(answer.status, 200, path);
    assert.equal(answer.text, `front of ${path} as /index.php\n`);
  }
  const posted = await exchange(t, gateway.address, post('/comment', 'a=1'));
  assert.equal(posted.text, 'front of /comment as /index.php\n');
});

test('a directory is sent to its slash, and answered by its own index', { skip }, async t => {
  const { gateway } = await startPhpSite(t);
  const answer = await exchange(t, gateway.address, get('/blog?page=2'));
  assert.ok([301, 302, 307, 308].includes(answer.status), answer.startLine);
  assert.match(answer.field('location')!, /\/blog\/\?page=2$/);
  const index = await exchange(t, gateway.address, get('/blog/?page=2'));
  assert.equal(index.text, 'blog of /blog/?page=2\n');
});

test('nobody reads the source of a script, or a file that is not meant to be read', { skip }, async t => {
  const { gateway, fpm } = await startPhpSite(t);
  for (const name of ['.env', 'hello.php~', 'hello.php.bak', '.htpasswd'])
    writeFileSync(join(fpm.root, name), '<?php // the secret');
  const paths = [
    '/.env',
    '/hello.php~',
    '/hello.php.bak',
    '/.htpasswd',
    '/hello.php%00.css',
    '/hello.php%20',
  ];
  for (const path of [...paths, '/HELLO.PHP', '/hello.php/', '/blog/..%2fhello.php', '/./hello.php']) {
    const answer = await exchange(t, gateway.address, get(path));
    assert.doesNotMatch(answer.text, /<\?php|secret/, path);
  }
});

test('a script behind a symbolic link runs, unless links are not followed', { skip }, async t => {
  for (const symlinks of ['yes', 'no'] as const) {
    const { gateway, fpm } = await startPhpSite(t, { site: { symlinks } });
    symlinkSync(join(fpm.root, 'hello.php'), join(fpm.root, 'linked.php'));
    const answer = await exchange(t, gateway.address, get('/linked.php'));
    if (symlinks === 'yes') assert.equal(answer.text, 'hello\n');
    else assert.notEqual(answer.text, 'hello\n');
  }
});

test('one script may get everything', { skip }, async t => {
  const { fpm, gateway } = await startPhpSite(t, { site: { script: '/variables.php', try: [] } });
  const answer = await exchange(t, gateway.address, get('/style.css?x=1'));
  const variables = JSON.parse(answer.text) as Record<string, string>;
  assert.equal(variables['SCRIPT_FILENAME'], `${fpm.root}/variables.php`);
  assert.equal(variables['REQUEST_URI'], '/style.css?x=1');
});
