import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PoolConfig } from '../../../src/config/config.ts';
import type { FlagValues } from '../../../src/config/load.ts';
import { parseRedirectHttps } from '../../../src/config/redirect-https.ts';
import { parseErrorPage } from '../../../src/config/route/error-page.ts';
import { parseSticky } from '../../../src/config/sticky.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { load, mistakes } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

const pool = ['a=http://a:1', 'b=http://b:1', 'c=http://c:1'];
const route = ['-> a'];

function pools(flags: FlagValues, yaml?: string): Readonly<Record<string, PoolConfig>> {
  return Object.fromEntries(load(flags, yaml).pools.map(each => [each.name, each]));
}

function yamlOf(keys: Readonly<Record<string, string>>): string {
  const lines = ['a', 'b', 'c'].map(name => `  ${name}: { backends: "http://${name}:1"${keys[name] ?? ''} }`);
  return ['pools:', ...lines, 'routes: [{ pool: a }]'].join('\n');
}

test('a fallback at the top is for all pools but itself, and one of a pool is its own', () => {
  const { a, b, c } = pools({ pool, route, fallback: 'c' });
  assert.deepEqual([a!.fallback, b!.fallback, c!.fallback], ['c', 'c', '']);
  const own = pools({}, `fallback: c\n${yamlOf({ a: ', fallback: b', b: ', fallback: off' })}`);
  assert.deepEqual([own['a']!.fallback, own['b']!.fallback, own['c']!.fallback], ['b', '', '']);
});

test('a pool with a fallback asks none of its endpoints that are down, unless it is told to', () => {
  const { a, c } = pools({ pool, route, fallback: 'c' });
  assert.deepEqual([a!.health.allDown, c!.health.allDown], ['fail', 'last-resort']);
  assert.equal(
    pools({ pool, route, fallback: 'c', 'all-down': 'last-resort' })['a']!.health.allDown,
    'last-resort',
  );
  const yaml = `fallback: c\n${yamlOf({ a: ', health: { all-down: last-resort }' })}`;
  const own = pools({}, yaml);
  assert.deepEqual([own['a']!.health.allDown, own['b']!.health.allDown], ['last-resort', 'fail']);
});

test('a fallback that is the only pool is a mistake', () => {
  assert.deepEqual(mistakes({ backend: ['http://a:1'], fallback: 'default' }), [
    '--fallback: default is the only pool, so it stands in for none: name another one with backends of its own, or leave this out',
  ]);
});

test('a fallback that is not there, or that leads back, is a mistake at its place', () => {
  assert.deepEqual(mistakes({ pool, route, fallback: 'd' }), [
    '--fallback: unknown pool "d"; the nearest known one is "a"',
  ]);
  assert.deepEqual(mistakes({}, yamlOf({ a: ', fallback: b', b: ', fallback: c', c: ', fallback: a' })), [
    'sluice.yaml:2: pools.a.fallback: the fallbacks go round: a -> b -> c -> a; let the last have none',
    'sluice.yaml:3: pools.b.fallback: the fallbacks go round: b -> c -> a -> b; let the last have none',
    'sluice.yaml:4: pools.c.fallback: the fallbacks go round: c -> a -> b -> c; let the last have none',
  ]);
  assert.deepEqual(mistakes({}, yamlOf({ a: ', fallback: a' })), [
    'sluice.yaml:2: pools.a.fallback: the fallbacks go round: a -> a; let the last have none',
  ]);
  assert.equal(pools({}, yamlOf({ a: ', fallback: b', b: ', fallback: c' }))['a']!.fallback, 'b');
});

test('more pools in a row than ever stand in for one another are a mistake', () => {
  const many = ['a', 'b', 'c', 'd', 'e', 'f'];
  const yaml = [
    'pools:',
    ...many.map(
      (name, i) =>
        `  ${name}: { backends: "http://${name}:1"${i === 5 ? '' : `, fallback: ${many[i + 1]}`} }`,
    ),
    'routes: [{ pool: a }]',
  ].join('\n');
  assert.deepEqual(mistakes({}, yaml), [
    'sluice.yaml:2: pools.a.fallback: at most 4 pools stand in one after another; f would be the fifth: a -> b -> c -> d -> e -> f',
  ]);
});

test('clients stick by a cookie, which has a name of its own unless it is given one', () => {
  assert.deepEqual(parseSticky('cookie:home'), { cookie: 'home' });
  assert.equal(parseSticky('off'), 'off');
  refuses(parseSticky, 'cookies', 'expected cookie, cookie:NAME or off; got "cookies"');
  refusesAll(parseSticky, ['cookie:', 'cookie:a b', 'cookie:a;b', `cookie:${'x'.repeat(65)}`, true, null]);
  const own = pools({}, `sticky: cookie\n${yamlOf({ a: ', sticky: off', b: ', sticky: "cookie:x"' })}`);
  assert.deepEqual([own['a']!.sticky, own['b']!.sticky], [undefined, { cookie: 'x' }]);
  assert.match(own['c']!.sticky!.cookie, /^sluice_home_[0-9a-f]{8}$/);
});

test('a page for statuses may take the place of what backends say, too', t => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'a=b,c.txt'), 'x');
  const yaml = `error-page: ["502-504,404=a=b,c.txt,intercept"]\n${yamlOf({})}`;
  assert.deepEqual(load({}, yaml, false, join(folder, 'x.yaml')).errorPages, [
    {
      statuses: [
        [502, 504],
        [404, 404],
      ],
      file: join(folder, 'a=b,c.txt'),
      text: '',
      type: 'text/plain; charset=utf-8',
      intercept: true,
    },
  ]);
  refuses(
    parseErrorPage,
    '/x.html',
    'expected STATUSES=FILE such as \'502-504=/srv/down.html\'; got "/x.html"',
  );
  refusesAll(parseErrorPage, ['=x', '404=', '399=x', '404=x/', 404, '600=x']);
  mkdirSync(join(folder, 'd'));
  assert.deepEqual(mistakes({ pool, route, 'error-page': [`404=${folder}/d`, '500=/no'] }), [
    `--error-page "404=${folder}/d": "${folder}/d" is a directory`,
    '--error-page "500=/no": cannot read "/no": no such file or directory',
  ]);
});

test('a page that is never seen is a mistake, and one in JSON beside another is seen', t => {
  const folder = temporaryFolder(t);
  for (const name of ['a.html', 'b.html', 'c.json']) writeFileSync(join(folder, name), 'x');
  const pages = (...all: string[]): FlagValues => ({
    pool,
    route,
    'error-page': all.map(page => page.replace('=', `=${folder}/`)),
  });
  assert.deepEqual(mistakes(pages('5xx=a.html', '502,503=b.html')), [
    '--error-page: the page for 502,503 is never seen, for another stands before it: put the narrower one first, or leave it out',
  ]);
  assert.equal(load(pages('503=b.html', '5xx=a.html', '5xx=c.json')).errorPages.length, 3);
  assert.equal(mistakes(pages('404=c.json', '404=c.json')).length, 1);
});

test('a redirect to https has a port, and true in the file means 443', () => {
  assert.deepEqual([true, 'off', false, 8443, '8443'].map(parseRedirectHttps), [443, 0, 0, 8443, 8443]);
  refuses(parseRedirectHttps, '0', 'expected a port from 1 to 65535, or off; got "0"');
  refusesAll(parseRedirectHttps, ['yes', 65_536, 1.5, '', null]);
});

test('answers may lead to routes and pools that are named, and that are there', () => {
  const flags = {
    pool,
    route: ['name=files -> a'],
    'accel-routes': 'files',
    'rewrite-pools': 'b, c',
    'reproxy-pools': 'b',
  };
  assert.deepEqual(pools(flags)['a']!.directs, {
    accelRoutes: ['files'],
    rewritePools: ['b', 'c'],
    reproxyPools: ['b'],
  });
  assert.deepEqual(mistakes({ ...flags, 'accel-routes': 'filse', 'rewrite-pools': 'd' }), [
    '--accel-routes: unknown route "filse"; the nearest known one is "files"',
    '--rewrite-pools: unknown pool "d"; the nearest known one is "a"',
  ]);
  assert.deepEqual(mistakes({ pool: ['default=http://a:1'], 'accel-routes': 'files' }), [
    "--accel-routes: there is no route files: add --route 'name=files internal path=/files/* -> POOL'",
  ]);
  assert.deepEqual(mistakes({}, yamlOf({ b: ', reproxy-pools: [d]' })), [
    'sluice.yaml:3: pools.b.reproxy-pools: unknown pool "d"; the nearest known one is "a"',
  ]);
  const own = pools({}, `rewrite-pools: [b]\n${yamlOf({ a: ', rewrite-pools: off' })}`);
  assert.deepEqual([own['a']!.directs.rewritePools, own['b']!.directs.rewritePools], [[], ['b']]);
});

test('the key of cookies is in a file that is there or can be made', t => {
  const folder = temporaryFolder(t);
  const said = (file: string): readonly string[] => mistakes({ pool, route, 'cookie-key-file': file });
  assert.equal(load({ pool, route, 'cookie-key-file': `${folder}/y` }).cookieKeyFile, `${folder}/y`);
  assert.match(said(`${folder}/x/y`)[0]!, /the directory ".*x" does not exist$/);
  assert.deepEqual(said(folder), [`--cookie-key-file: "${folder}" is a directory: name a file in it`]);
  assert.match(said('/proc/self/key')[0]!, /^--cookie-key-file: cannot use "\/proc\/self\/key": /);
});

test('backends are told in one of four ways, and handshakes are bounded', () => {
  const { forwarded, client } = load({
    pool,
    route,
    forwarded: 'both',
    'handshake-timeout': '3s',
    'max-handshakes': '9',
  });
  assert.deepEqual([forwarded, client.handshakeTimeout, client.maxHandshakes], ['both', 3000, 9]);
  assert.deepEqual(mistakes({ pool, route, forwarded: 'xff' }), [
    '--forwarded: expected one of x, standard, both, none; got "xff", the nearest is x',
  ]);
});
