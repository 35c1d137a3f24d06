import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePoolMember } from '../../../src/config/pool-name.ts';
import { parseRoute } from '../../../src/config/route/rule.ts';
import { load, mistakes } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

test('a route has conditions and a pool', () => {
  assert.deepEqual(parseRoute('host=Example.COM,b.test path=/api/* method=GET,HEAD -> api'), {
    action: { kind: 'pool', pool: 'api' },
    conditions: [
      { kind: 'host', name: '', negated: false, values: ['example.com', 'b.test'] },
      { kind: 'path', name: '', negated: false, values: ['/api/*'] },
      { kind: 'method', name: '', negated: false, values: ['GET', 'HEAD'] },
    ],
  });
});

test('a route without conditions takes everything', () => {
  assert.deepEqual(parseRoute('-> api'), { conditions: [], action: { kind: 'pool', pool: 'api' } });
});

test('a route may have a name, in the form of a pool', () => {
  assert.deepEqual(parseRoute('name=v1 path=/v1/* -> api').name, 'v1');
  refuses(
    parseRoute,
    'name=-v1 -> api',
    'expected the name of a route: letters, digits, "-", "_" and ".", at most 64; got "-v1"',
  );
});

test('routes are called by their place unless they have a name', () => {
  const pools = { pool: ['a=http://a:1'] };
  const names = (route: string[]): string[] => load({ ...pools, route }).routes.map(({ name }) => name);
  assert.deepEqual(names(['path=/x -> a', 'name=y path=/y -> a', '-> a']), ['route-1', 'y', 'route-3']);
  const yaml = 'pools: { a: { backends: "http://a:1" } }\nroutes: [{ pool: a, name: all }]';
  assert.equal(load({}, yaml).routes[0]!.name, 'all');
});

test('no two routes, and no route and pool, share a name', () => {
  const pools = { pool: ['a=http://a:1', 'route-2=http://b:1'] };
  assert.deepEqual(mistakes({ pool: ['a=http://a:1'], route: ['name=x path=/x -> a', 'name=x -> a'] }), [
    '--route "name=x -> a": the route is called x, and so is another route: give it another name',
  ]);
  assert.deepEqual(mistakes({ ...pools, route: ['name=a path=/x -> a', '-> a'] }), [
    '--route "name=a path=/x -> a": the route is called a, and so is a pool: give it another name',
    '--route "-> a": the route is called route-2, and so is a pool: give it another name',
  ]);
});

test('a path is exact, or a prefix that ends in a slash and a star', () => {
  assert.equal(parseRoute('path=/ -> a').conditions[0]!.values[0], '/');
  assert.equal(parseRoute('path=/* -> a').conditions[0]!.values[0], '/*');
  refuses(parseRoute, 'path=x -> a', 'a path begins with "/"; got "x"');
  refuses(
    parseRoute,
    'path=/x* -> a',
    '"*" stands only at the end of a path, after "/", as in /api/*; got "/x*"',
  );
  refuses(
    parseRoute,
    'path=/a/../b -> a',
    'a path with "." or ".." is taken for the one without them, too: write that; got "/a/../b"',
  );
  refusesAll(parseRoute, ['path= -> a', 'path=/*/x -> a', 'path=/a?b -> a', 'path=/*/* -> a']);
  refusesAll(parseRoute, ['path=//a -> a', 'path=/a/../b -> a', 'path=/a%2fb -> a', 'path=/a;b/* -> a']);
});

test('a host is matched without its port', () => {
  refuses(parseRoute, 'host=a:80 -> a', 'a host name is matched without its port; got "a:80"');
  assert.deepEqual(parseRoute('host=[::1] -> a').conditions[0]!.values, ['[::1]']);
  refuses(parseRoute, 'host=::1 -> a', 'an IPv6 address needs brackets: write [::1]');
});

test('what is no route is shown beside one', () => {
  refuses(
    parseRoute,
    'api',
    `expected a route such as 'host=example.com path=/api/* method=GET,HEAD -> api'; got "api"`,
  );
  refuses(
    parseRoute,
    'host=a host=b -> api',
    'the condition host= is given twice; list its values with commas',
  );
  refusesAll(parseRoute, [
    '',
    null,
    'a -> b -> c',
    'host=a ->',
    'method= -> a',
    'method=G@T -> a',
    'host=a,, -> a',
  ]);
});

test('a member of a pool is a name and a URL', () => {
  const { pool, backend } = parsePoolMember('api=http://a:1,name=x=y');
  assert.deepEqual([pool, backend.host, backend.name], ['api', 'a', 'x=y']);
  refuses(
    parsePoolMember,
    'http://a:1',
    'expected NAME=URL such as api=http://127.0.0.1:3000; got "http://a:1"',
  );
  refusesAll(parsePoolMember, ['api', '=http://a', 'a b=http://a', '-a=http://a', null]);
});
