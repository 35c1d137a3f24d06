import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayError } from '../../../src/errors.ts';
import { exchangeOf, type RewriteSetting, rewriteFrom, rewritten } from './exchanges.ts';

/** The target that a rewrite makes of another. */
function made(setting: RewriteSetting, target: string, captures: readonly string[] = []): string {
  return rewritten(setting, { target, captures }).target;
}

function refuses(setting: RewriteSetting, target: string, captures: readonly string[] = []): void {
  assert.throws(
    () => made(setting, target, captures),
    (error: GatewayError) => error.kind === 'http_request_error' && error.row.status === 400,
    target,
  );
}

test('a prefix is replaced where it ends at a slash or at the end', () => {
  const cases: [[string, string], string, string][] = [
    [['/app', ''], '/app/x', '/x'],
    [['/app', ''], '/app', '/'],
    [['/app', ''], '/app/', '/'],
    [['/app', '/'], '/app/x?q=1', '/x?q=1'],
    [['/app/', '/'], '/app/x', '/x'],
    [['/app', '/v2/'], '/app', '/v2'],
    [['/app', '/v2'], '/app/x//y', '/v2/x//y'],
    [['/', '/base'], '/x', '/base/x'],
    [['/', '/base'], '/', '/base/'],
    [['/app', ''], '/apple', '/apple'],
    [['/app', ''], '/x/app/y', '/x/app/y'],
    [['/app', ''], '/App/x', '/App/x'],
    [['/app', ''], '/app;v=1/x', '/app;v=1/x'],
    [['/a/b', '/c'], '/a/b/d', '/c/d'],
  ];
  for (const [pair, target, expected] of cases)
    assert.equal(made({ prefix: [pair] }, target), expected, `${pair} ${target}`);
});

test('a prefix that is percent-encoded is the same prefix, and what follows it stays byte for byte (13)', () => {
  const cases: [string, string, string][] = [
    ['/app', '/%61pp/x%2Fy%41?%61', '/x%2Fy%41?%61'],
    ['/app', '/%61%70%70', '/'],
    ['/a b', '/a%20b/%20', '/%20'],
    ['/ä', '/%C3%A4/x', '/x'],
    ['/ä', '/%c3%a4/x', '/x'],
    ['/ä', '/\xc3\xa4/x', '/x'],
    ['/app', '/app%2fx', '/app%2fx'],
    ['/a/b', '/a%2Fb/c', '/a%2Fb/c'],
    ['/a%2fb', '/a%2Fb/c', '/c'],
    ['/a%2fb', '/a/b/c', '/a/b/c'],
    ['/app', '/ap%7', '/ap%7'],
  ];
  for (const [from, target, expected] of cases)
    assert.equal(made({ prefix: [[from.replace(' ', '%20'), '']] }, target), expected, `${from} ${target}`);
});

test('nobody gets beside what a prefix stands for by a path that leads upwards (13)', () => {
  const ways = [
    '/../x',
    '/..',
    '/a/../../x',
    '/%2e%2e/x',
    '/.%2E/x',
    '/..%2fx',
    '/a%2f..%2fx',
    '/..;/x',
    '/..%5cx',
    '/..\\x',
    '/./x',
  ];
  for (const way of ways) refuses({ prefix: [['/app', '/inner']] }, `/app${way}`);
  assert.equal(made({ prefix: [['/app', '/inner']] }, '/app/..x/x../...'), '/inner/..x/x../...');
  refuses({ prefix: [['/app', '']] }, '/app//evil.example/x');
});

test('a regular expression replaces what it finds first, and all else stays byte for byte', () => {
  const cases: [[string, string], string, string][] = [
    [['^/v1/(.*)$', '/$1'], '/v1/a%20b/c?q', '/a%20b/c?q'],
    [['^/v1/', '/v2/'], '/v1/%41?x', '/v2/%41?x'],
    [['/old/', '/new/'], '/%41/old/%41/old/', '/%41/new/%41/old/'],
    [['^/(\\d+)/(\\w+)', '/$2/$1'], '/12/abc/d', '/abc/12/d'],
    [['^/app/', '/'], '/%61p%70/x%2fy', '/x%2fy'],
    [['%C3', 'x'], '/%c3%a4', '/x%a4'],
    [['^/item/(\\d+)$', '/item.php?id=$1'], '/item/7', '/item.php?id=7'],
    [['^/item/(\\d+)$', '/item.php?id=$1'], '/item/7?page=2', '/item.php?id=7&page=2'],
    [['nothing', 'x'], '/x%41', '/x%41'],
    [['(a)|b', '[$1]'], '/b', '/[]'],
  ];
  for (const [pair, target, expected] of cases)
    assert.equal(made({ path: [pair] }, target), expected, `${pair} ${target}`);
});

test('the first rule that is for a path changes it, and no other', () => {
  const setting: RewriteSetting = {
    prefix: [
      ['/a', '/b'],
      ['/b', '/c'],
    ],
    path: [['^/', '/z/']],
  };
  assert.equal(made(setting, '/a/x'), '/b/x');
  assert.equal(made(setting, '/b/x'), '/c/x');
  assert.equal(made(setting, '/d'), '/z/d');
});

test('what makes no path is the mistake of who asked', () => {
  refuses({ path: [['^/x/', '']] }, '/x/y');
  refuses({ path: [['^/x/', '/{query:to}/']] }, '/x/y?to=../..');
  refuses({ prefix: [['/x', '/{header:none}']] }, '/x//y');
  assert.throws(
    () =>
      rewriteFrom({ prefix: [['/a', '/abcdefgh']] }, { limits: { targetBytes: 10, headBytes: 99 } }).apply(
        exchangeOf({ target: '/a/b?' }),
      ),
    {
      message: /12 bytes, more than there may be: 10/,
    },
  );
});

test('captures of the route, which are decoded, are encoded again and begin nothing new (14)', () => {
  assert.equal(made({ prefix: [['/x', '/y/$1']] }, '/x/z', ['', 'a b?c#d%2fe']), '/y/a%20b%3Fc%23d%252fe/z');
  assert.equal(made({ query: 'id=$1&x=1' }, '/x', ['', 'a&admin=1']), '/x?id=a%26admin%3D1&x=1');
  refuses({ prefix: [['/x', '/y/$1']] }, '/x/z', ['', 'a\r\nX: y']);
  refuses({ prefix: [['/x', '/y/$1']] }, '/x/z', ['', '../..']);
});

test('a query is changed by the first regular expression that finds something, and then it may be set', () => {
  const cases: [RewriteSetting, string, string][] = [
    [{ queryPatterns: [['page=(\\d+)', 'p=$1']] }, '/x?a=1&page=2', '/x?a=1&p=2'],
    [{ queryPatterns: [['^page=\\d+$', '']] }, '/x?page=2', '/x'],
    [{ queryPatterns: [['^$', 'all']] }, '/x', '/x?all'],
    [{ queryPatterns: [['z', 'y']] }, '/x?', '/x?'],
    [{ query: 'a=1' }, '/x?b=2', '/x?a=1'],
    [{ query: '' }, '/x?b=2', '/x'],
    [{ query: '{query}&tenant={header:X-T}' }, '/x?b=2', '/x?b=2&tenant=bl%26ue'],
    [{ query: '{query}&t=1' }, '/x', '/x?t=1'],
    [{ query: 'from={path}' }, '/x/%41', '/x/%41?from=/x/%41'],
    [{ path: [['^/x', '/y?a=1']], query: '{query}' }, '/x?b', '/y?b'],
  ];
  for (const [setting, target, expected] of cases)
    assert.equal(
      rewritten(setting, { target, fields: 'X-T: bl&ue\r\n' }).target,
      expected,
      `${JSON.stringify(setting)} ${target}`,
    );
});

test('a question about the server as a whole has no path to be changed', () => {
  assert.equal(made({ prefix: [['/', '/x']] }, '*'), '*');
});

test('a regular expression takes time in proportion to the path, whoever wrote the path', () => {
  const rewrite = rewriteFrom(
    { path: [['^/(a+)+$', '/x']] },
    { limits: { targetBytes: 9000, headBytes: 99 } },
  );
  const exchange = exchangeOf({ target: `/${'a'.repeat(8000)}!` });
  rewrite.apply(exchange);
  assert.equal(exchange.target.length, 8002);
});
