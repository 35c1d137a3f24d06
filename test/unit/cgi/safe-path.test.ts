import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safePath } from '../../../src/cgi/safe-path.ts';
import { GatewayError } from '../../../src/errors.ts';

const READ: readonly [target: string, path: string][] = [
  ['/', '/'],
  ['/a/b.php', '/a/b.php'],
  ['/a/b.php?c=/../%00', '/a/b.php'],
  ['/a%20b', '/a b'],
  ['/%C3%A9', '/\xc3\xa9'],
  ['/\xe9', '/\xe9'],
  ['/%ff%3F%23', '/\xff?#'],
  ['/a%252e%252e/b', '/a%2e%2e/b'],
  ['//a///b', '//a///b'],
  ['/...', '/...'],
  ['/..a/b..', '/..a/b..'],
  ['/.well-known/x', '/.well-known/x'],
  ['/a;b=../c', '/a;b=../c'],
  ['*', '*'],
];

for (const [target, path] of READ) {
  test(`reads ${JSON.stringify(target)} as ${JSON.stringify(path)}`, () => {
    assert.equal(safePath(target), path);
  });
}

const REFUSED = [
  '/a%00.php',
  '/a%0ab.php',
  '/a%0d',
  '/a%1f',
  '/a%7f',
  '/a\x00',
  '/a\tb',
  '/a%2fb',
  '/a%2Fb',
  '/a%5cb',
  '/a%5Cb',
  '/a\\b',
  '/..',
  '/../etc/passwd',
  '/a/../b',
  '/a/..',
  '/a/.',
  '/./a',
  '/%2e%2e/etc/passwd',
  '/%2e./a',
  '/.%2e',
  '/a/%2E/b',
  '/a/%2e',
  '//../a',
  '/a%',
  '/a%4',
  '/a%zz',
  '/a%4g/b',
  '/%c0%ae%c0%ae/%2e%2e/a',
];

for (const target of REFUSED) {
  test(`refuses ${JSON.stringify(target)}`, () => {
    assert.throws(
      () => safePath(target),
      (error: unknown) => error instanceof GatewayError && error.kind === 'http_request_error',
    );
  });
}
