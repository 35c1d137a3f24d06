import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchingPath } from '../../../src/router/matching-path.ts';

for (const [target, path] of [
  ['/', '/'],
  ['/a/b?c=/../d', '/a/b'],
  ['/a%20b%41', '/a bA'],
  ['/caf%c3%a9', '/caf\xc3\xa9'],
  ['/a%252fb', '/a%2fb'],
  ['/a.b/..c/...', '/a.b/..c/...'],
  ['/100%', '/100%'],
  ['*', '*'],
] as const) {
  test(`${target} is matched as ${JSON.stringify(path)}`, () => assert.equal(matchingPath(target), path));
}

for (const target of [
  '/a%2fb',
  '/a%2Fb',
  '/a%5cb',
  '/a\\b',
  '/a//b',
  '//a',
  '/a;b',
  '/a%00',
  '/%2e%2e/a',
  '/a/%2E/b',
  '/a/../b',
  '/a/..',
  '/./a',
  '/.',
]) {
  test(`${target} has more than one reading, and is refused`, () => {
    assert.throws(() => matchingPath(target), { kind: 'http_request_error' });
  });
}
