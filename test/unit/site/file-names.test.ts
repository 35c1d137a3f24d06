import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileNames } from '../../../src/site/file-names.ts';

const php = new FileNames(['.php']);

for (const path of ['/x.php', '/x.PHP', '/x.pHp', '/a/b.c.php', '/x.php.php']) {
  test(`${path} is a script`, () => {
    assert.ok(php.isScript(path));
    assert.ok(!php.isSecret(path));
  });
}

for (const path of [
  '/x.php/',
  '/x.phpx',
  '/xphp',
  '/x.ph\u00fe',
  '/php',
  '/x.php/y.css',
  '/x.php5',
  '/x.phtml',
]) {
  test(`${JSON.stringify(path)} is no script`, () => {
    assert.ok(!php.isScript(path));
  });
}

const SECRETS = [
  '/.env',
  '/.git/config',
  '/a/.htaccess',
  '/a/.b/c.css',
  '/.user.ini',
  '/.php',
  '/...',
  '/.well-known/.git/config',
  '/a/.well-known/x',
  '/x.php~',
  '/x.PHP~',
  '/x.php.bak',
  '/x.php.txt',
  '/x.php.1',
  '/x.php-old',
  '/x.php_old',
  '/x.php copy',
  '/x.php#',
  '/x.php\xe9',
  '/x.php.swp',
  '/#x.php#',
  '/#x#',
  '/notes.txt~',
  '/x.bak',
  '/x.old',
  '/x.ORIG',
  '/x.save',
  '/x.swp',
  '/x.swo',
  '/x.php3',
  '/x.php4',
  '/x.php5',
  '/x.PHP7',
  '/x.php8',
  '/x.phtml',
  '/x.phps',
  '/x.phar',
  '/x.pht',
  '/x.inc',
  '/x.inc.txt',
  '/x.phpbak',
  '/x.php7old',
  '/x.phpt',
  '/x.cgi',
  '/x.fcgi',
  '/x.cgi.bak2',
];

for (const path of SECRETS) {
  test(`${JSON.stringify(path)} is kept secret`, () => {
    assert.ok(php.isSecret(path));
  });
}

const OPEN = [
  '/',
  '',
  '/a/b.css',
  '/.well-known/acme-challenge/x',
  '/.well-known/security.txt',
  '/old/x.css',
  '/x.bak/y.css',
  '/x.php.d/y.css',
  '/phpinfo.txt',
  '/increase.png',
  '/x.included',
  '/x.cgit',
  '/a..b',
  '/~user/x.css',
  '/a#b',
];

for (const path of OPEN) {
  test(`${JSON.stringify(path)} is no secret`, () => {
    assert.ok(!php.isSecret(path));
  });
}

test('the sources of scripts with other suffixes are kept secret like those of PHP', () => {
  const perl = new FileNames(['.pl', '.cgi']);
  assert.ok(perl.isScript('/x.CGI'));
  assert.ok(!perl.isScript('/xpl'));
  assert.ok(!perl.isSecret('/x.pl'));
  for (const path of ['/x.pl~', '/x.cgi.txt', '/x.php', '/x.PHP']) assert.ok(perl.isSecret(path), path);
});

test('without suffixes nothing is a script, and every source is secret', () => {
  const none = new FileNames([]);
  assert.ok(!none.isScript('/x.php'));
  assert.ok(!none.hasScript('/x.php/y'));
  assert.ok(none.isSecret('/x.php'));
});
