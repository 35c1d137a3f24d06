import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { exchange, get } from '../support/client.ts';
import type { RouteSetting, Setting } from '../support/config.ts';
import { startGateway } from '../support/gateway.ts';
import { type PhpFpm, startPhpFpm } from '../support/php-fpm.ts';
import { unlessInstalled } from '../support/program.ts';

const skip = unlessInstalled('php-fpm');

/** An application that believes that it has a host for itself. */
const LOGIN = `<?php
session_start();
header('Location: http://' . $_SERVER['HTTP_HOST'] . '/session.php');
`;

async function start(
  t: TestContext,
  rewrite: (fpm: PhpFpm) => NonNullable<RouteSetting['rewrite']>,
  site: Setting['site'] | 'none',
) {
  const fpm = await startPhpFpm(t);
  writeFileSync(join(fpm.root, 'login.php'), LOGIN);
  const gateway = await startGateway(t, {
    backends: [fpm.url],
    ...(site === 'none' ? {} : { site: { root: fpm.root, ...site } }),
    routes: [{ path: '/shop/*', rewrite: rewrite(fpm) }],
  });
  return { fpm, gateway };
}

test('a PHP application that lives below another path keeps its sessions and its redirects there', {
  skip,
}, async t => {
  const { gateway } = await start(
    t,
    () => ({ path: [{ kind: 'prefix', from: '/shop', to: '' }], host: 'shop.internal' }),
    {},
  );
  const login = await exchange(t, gateway.address, get('/shop/login.php'));
  assert.equal(login.status, 302);
  assert.equal(login.field('location'), 'http://example.com/shop/session.php');
  const cookie = login.field('set-cookie')!;
  assert.match(cookie, /^PHPSESSID=\w+; path=\/shop$/);
  for (const visits of ['1', '2']) {
    const page = await exchange(
      t,
      gateway.address,
      get('/shop/session.php', `Cookie: ${cookie.split(';')[0]}`),
    );
    assert.equal(page.text, visits);
  }
  const told = JSON.parse((await exchange(t, gateway.address, get('/shop/variables.php?x'))).text);
  assert.equal(told.SCRIPT_NAME, '/variables.php');
  assert.equal(told.REQUEST_URI, '/variables.php?x');
  assert.equal(told.HTTP_X_FORWARDED_PREFIX, '/shop');
  assert.equal(told.HTTP_HOST, 'shop.internal');
  assert.equal(told.HTTP_X_FORWARDED_HOST, 'example.com');
});

test('a route names the one script of a PHP application, wherever its files are', { skip }, async t => {
  const { gateway, fpm } = await start(
    t,
    ({ root }) => ({ docroot: root, scriptName: '/variables.php', pathInfo: '{path}' }),
    'none',
  );
  const told = JSON.parse((await exchange(t, gateway.address, get('/shop/a%20b?x=1'))).text);
  assert.equal(told.SCRIPT_FILENAME, `${fpm.root}/variables.php`);
  assert.equal(told.DOCUMENT_ROOT, fpm.root);
  assert.equal(told.SCRIPT_NAME, '/variables.php');
  assert.equal(told.PATH_INFO, '/shop/a b');
  assert.equal(told.PHP_SELF, '/variables.php/shop/a b');
  assert.equal(told.REQUEST_URI, '/shop/a%20b?x=1');
});
