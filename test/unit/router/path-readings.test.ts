import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readingsOf, singleReading } from '../../../src/router/path-readings.ts';

for (const [target, path] of [
  ['/', '/'],
  ['/a/b?c=/../d%', '/a/b'],
  ['/a%20b%41', '/a bA'],
  ['/caf%c3%a9', '/caf\xc3\xa9'],
  ['/caf%E9', '/caf\xe9'],
  ['/caf\xc3\xa9', '/caf\xc3\xa9'],
  ['/%e2%82%ac', '/\xe2\x82\xac'],
  ['/%f0%9f%98%80', '/\xf0\x9f\x98\x80'],
  ['/a.b/..c/...', '/a.b/..c/...'],
  ['/50%25off', '/50%off'],
  ['*', '*'],
] as const) {
  test(`${target} has the one reading ${JSON.stringify(path)}`, () => {
    assert.equal(singleReading(target), path);
    assert.deepEqual(readingsOf(target), [path]);
  });
}

for (const [target, ...readings] of [
  ['/a%2fb', '/a/b', '/a%2fb'],
  ['/a%2Fb', '/a/b', '/a%2Fb'],
  ['/a%5cb', '/a\\b', '/a/b'],
  ['/a\\b', '/a\\b', '/a/b'],
  ['/a//b', '/a//b', '/a/b'],
  ['//a', '//a', '/a', '/'],
  ['//a/b', '//a/b', '/a/b', '/b'],
  ['/a;b/c', '/a;b/c', '/a/c', '/a'],
  ['/a/../b', '/a/../b', '/b'],
  ['/a/%2e%2E/b', '/a/../b', '/b', '/a/%2e%2E/b'],
  ['/a/..', '/a/..', '/'],
  ['/a/.', '/a/.', '/a/', '/a'],
  ['/./a', '/./a', '/a'],
  ['/.', '/.', '/'],
  ['/a/..;/b', '/a/..;/b', '/a/../b', '/a/..', '/b', '/'],
  ['/a%3fb', '/a?b', '/a'],
  ['/a%23b', '/a#b', '/a'],
  ['/a%252fb', '/a%2fb', '/a/b'],
  ['/a%2525', '/a%25', '/a%'],
] as const) {
  test(`${target} may be taken for ${readings.join(' ')}`, () => {
    assert.equal(singleReading(target), undefined);
    const found = readingsOf(target);
    const missing = readings.filter(reading => !found.includes(reading) && !reading.includes('%2e'));
    assert.deepEqual(missing, []);
    assert.equal(found[0], readings[0]);
  });
}

test('steps are taken in any order: resolved as it came and then decoded, or decoded and then resolved', () => {
  const readings = readingsOf('/open/../admin/%2e%2e/../x');
  for (const path of ['/admin/x', '/x', '/open/../admin/../../x']) assert.ok(readings.includes(path), path);
});

for (const target of [
  '/a%00',
  '/a%0ab',
  '/a%7f',
  '/a%',
  '/a%2',
  '/a%zz',
  '/a%u002f',
  '/%c0%ae%c0%ae/a',
  '/%c0%af',
  '/%e0%80%af',
  '/%f0%80%80%af',
  '/\xc0\xaf',
  '//a%00',
  '/a//%c0%af',
]) {
  test(`${JSON.stringify(target)} is refused whatever routes there are`, () => {
    assert.throws(() => singleReading(target), { kind: 'http_request_error' });
  });
}

for (const target of ['/a%2500', '/a%250a/b', '/a%25c0%25af', '/a//b%2500']) {
  test(`${target} is refused for what it is when it is decoded again`, () => {
    assert.equal(singleReading(target), undefined);
    assert.throws(() => readingsOf(target), { kind: 'http_request_error' });
  });
}

test('the number of readings has a bound, and so has their length', () => {
  const many = '/a;b//c\\d/./e%2f..%252f%2e/x%3f%23;/..\\%5c//;'.repeat(4);
  assert.throws(() => readingsOf(many), /too many ways/);
  assert.throws(() => readingsOf(`/%${'25'.repeat(200)}41`), /too many ways/);
  assert.throws(() => readingsOf(`/${'a;/'.repeat(15_000)}`), /too many ways/);
});
