import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import { checkTarget, splitTarget } from '../../../src/http1/target.ts';
import { readRequest } from './heads.ts';

function refuses(method: string, target: string): void {
  const read = readRequest(`${method} ${target} HTTP/1.1\r\n\r\n`);
  assert.deepEqual(read, { error: 'http_request_error' }, `${method} ${target}`);
}

function takes(method: string, target: string): void {
  const read = readRequest(`${method} ${target} HTTP/1.1\r\n\r\n`);
  assert.deepEqual(read, { start: [method, target, 1], fields: [], rest: 0 }, `${method} ${target}`);
}

test('origin-form is for every method but CONNECT', () => {
  for (const target of ['/', '//x', '/a/../b;c?d=e', '/?', '/%2f%00', '/http://x/', '/a@b:c'])
    takes('GET', target);
  refuses('CONNECT', '/');
});

test('absolute-form takes http and https with a host', () => {
  for (const target of [
    'http://a',
    'HTTPS://a:1/b?c',
    'http://[::1]:8080/',
    'http://a?b',
    'http://a:/',
    'http://1.2.3.4/',
  ]) {
    takes('GET', target);
  }
});

test('absolute-form without a host, with a user, or of another scheme is refused', () => {
  const targets = [
    'http://',
    'http:///a',
    'http://:80/',
    'http://u@a/',
    'http://u:p@a/',
    'http:/a',
    'http:a',
    'ftp://a/',
  ];
  for (const target of [
    ...targets,
    'a/b',
    'a',
    '?a',
    '%2f',
    'http//a',
    'http://a b',
    'http://a:x/',
    'http://a:65536/',
  ]) {
    refuses('GET', target);
  }
});

test('the asterisk is for OPTIONS alone', () => {
  takes('OPTIONS', '*');
  refuses('GET', '*');
  refuses('OPTIONS', '**');
  refuses('OPTIONS', '*/');
});

test('authority-form is for CONNECT alone, and names a port', () => {
  takes('CONNECT', 'a.example:443');
  takes('CONNECT', '[::1]:443');
  refuses('CONNECT', 'a.example');
  refuses('CONNECT', 'a.example:');
  refuses('CONNECT', ':443');
  refuses('CONNECT', 'u@a.example:443');
  refuses('CONNECT', 'http://a.example:443');
  refuses('CONNECT', '*');
  refuses('GET', 'a.example:443');
});

test('splitting keeps the path as it came and takes the authority off', () => {
  const cases = [
    ['/a/b?c', '', '/a/b?c'],
    ['//a/b', '', '//a/b'],
    ['*', '', '*'],
    ['a:443', '', 'a:443'],
    ['http://a', 'a', '/'],
    ['http://a/', 'a', '/'],
    ['http://a:8080?b=/c', 'a:8080', '/?b=/c'],
    ['HTTPS://[::1]:1/%2F//x', '[::1]:1', '/%2F//x'],
    ['http://a/http://b', 'a', '/http://b'],
  ] as const;
  for (const [target, authority, path] of cases)
    assert.deepEqual(splitTarget(target, 'GET'), { authority, path }, target);
});

test('OPTIONS in absolute-form without a path is about the server as a whole', () => {
  assert.deepEqual(splitTarget('http://a:1', 'OPTIONS'), { authority: 'a:1', path: '*' });
  assert.deepEqual(splitTarget('http://a:1/', 'OPTIONS'), { authority: 'a:1', path: '/' });
  assert.deepEqual(splitTarget('http://a:1?b', 'OPTIONS'), { authority: 'a:1', path: '/?b' });
});

test('a refusal names the target, shortened, and the remedy', () => {
  const said = (method: string, target: string) => {
    try {
      checkTarget(method, target);
    } catch (thrown) {
      return (thrown as GatewayError).message;
    }
    return '';
  };
  assert.equal(said('GET', '*'), 'request target "*": only OPTIONS may ask for it');
  assert.equal(
    said('GET', 'http://u@a/'),
    'request target "http://u@a/": no user name may stand before the host',
  );
  assert.equal(said('GET', 'x'.repeat(1000)).length < 200, true);
  assert.throws(() => checkTarget('GET', 'http://u@a/'), GatewayError);
});
