import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SiteConfig } from '../../../../src/config/config.ts';
import { checkedScript } from '../../../../src/pool/checks/check-script.ts';
import { poolConfig } from '../support.ts';

const SITE: SiteConfig = {
  root: '/srv/www',
  index: [],
  try: [],
  script: '',
  suffixes: ['.php'],
  symlinks: 'yes',
};

/** SCRIPT_NAME and PATH_INFO as an application would be told them; none: as for any request. */
function told(target: string, scheme: string, site?: SiteConfig, mount = ''): string {
  const found = checkedScript(target, scheme, poolConfig({ site, mount }));
  if (found.script === null) return 'as any request';
  const { root, name, pathInfo } = found.script;
  return `${root}|${found.mount}${name}|${pathInfo}`;
}

for (const [what, result, target, scheme, site, mount] of [
  ['an HTTP path is nobody’s script', 'as any request', '/health.php', 'http', SITE, ''],
  [
    'a FastCGI path is the script, as for the ping path of PHP-FPM',
    '|/ping|/ping',
    '/ping',
    'fcgi',
    undefined,
    '',
  ],
  ['a query is no part of a script', '|/status|/status', '/status?json', 'fcgi+unix', undefined, ''],
  ['escapes are decoded', '|/a b|/a b', '/a%20b', 'fcgi', undefined, ''],
  ['below a root it is so as well', '/srv/www|/ping|', '/ping', 'fcgi', SITE, ''],
  ['a script of a site is run', '/srv/www|/up.php|', '/up.php', 'fcgi', SITE, ''],
  ['what follows a script is its path info', '/srv/www|/a/up.php|/db', '/a/up.php/db', 'fcgi', SITE, ''],
  ['the case of a suffix does not matter', '/srv/www|/UP.PHP|', '/UP.PHP', 'fcgi', SITE, ''],
  ['a script below a mount', '/srv/www|/app/up.php|', '/app/up.php', 'fcgi', SITE, '/app'],
  ['a ping path that is not below the mount', '/srv/www|/ping|', '/ping', 'fcgi', SITE, '/app'],
  [
    'a front controller of uwsgi gets the path',
    '/srv/www|/app.py|/up',
    '/up',
    'uwsgi',
    { ...SITE, script: '/app.py' },
    '',
  ],
  [
    'for PHP-FPM the path goes before a front controller',
    '/srv/www|/ping|',
    '/ping',
    'fcgi',
    { ...SITE, script: '/i.php' },
    '',
  ],
  ['an SCGI application sees the path', 'as any request', '/up', 'scgi+unix', undefined, ''],
  ['a uwsgi application behind a site sees it too', 'as any request', '/up', 'uwsgi', SITE, ''],
  ['a CGI program sees the path', 'as any request', '/up', 'cgi', undefined, ''],
  ['a CGI interpreter runs the script', '/srv/www|/up.php|', '/up.php', 'cgi', SITE, ''],
] as const) {
  test(`${what}: ${target} at ${scheme}`, () => assert.equal(told(target, scheme, site, mount), result));
}
