import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveCookie, ownCookies, takeOwnCookie } from '../../../src/cookies/own-cookies.ts';
import { visitorWith } from '../../support/cookies.ts';

for (const [brought, left] of [
  ['own=1', undefined],
  ['own=1; a=b', 'a=b'],
  ['a=b; own=1', 'a=b'],
  ['a=b; own=1; c=d', 'a=b; c=d'],
  ['a=b;own=1;c=d', 'a=b;c=d'],
  ['own=1; own=2;own=3', undefined],
  ['a="x y"; own=1;  b=%20; ', 'a="x y";  b=%20;'],
  ['a=b; Own=1; xown=2; own2=3', 'a=b; Own=1; xown=2; own2=3'],
  ['a=own=1', 'a=own=1'],
  ['own', 'own'],
  ['\xe9=\xff; own=1', '\xe9=\xff'],
] as const) {
  test(`of ${JSON.stringify(brought)} a backend sees ${JSON.stringify(left ?? 'nothing')}`, () => {
    const visitor = visitorWith(brought);
    takeOwnCookie(visitor, 'own');
    assert.equal(visitor.fields, visitorWith(left).fields);
  });
}

test('cookies are taken from each of several Cookie fields, in whatever case their names are', () => {
  const visitor = visitorWith('a=1; own=2');
  visitor.fields += 'cOOKIE: own=3\r\nCookie: b=4; own=5\r\nX-Last: own=6\r\n';
  takeOwnCookie(visitor, 'own');
  assert.equal(
    visitor.fields,
    'Accept: */*\r\nCookie: a=1\r\nX-Other: 1\r\nCookie: b=4\r\nX-Last: own=6\r\n',
  );
  assert.deepEqual(ownCookies(visitor, 'own'), ['2', '3', '5']);
});

test('a field that says the same by chance stays as it is', () => {
  const visitor = visitorWith('a=b');
  visitor.fields += 'Referer: http://a/?own=1\r\nX-Cookie: own=1\r\nCookie2: own=1\r\n';
  const before = visitor.fields;
  takeOwnCookie(visitor, 'own');
  assert.equal(visitor.fields, before);
  assert.deepEqual(ownCookies(visitor, 'own'), []);
});

test('of a flood of cookies with one name few are looked at, and none gets through', () => {
  const visitor = visitorWith(Array.from({ length: 500 }, (_, i) => `own=${i}`).join('; '));
  takeOwnCookie(visitor, 'own');
  assert.equal(ownCookies(visitor, 'own').length, 8);
  assert.equal(visitor.fields, visitorWith().fields);
});

test('a cookie is for the whole host, out of reach of scripts, and Secure where the client came by TLS', () => {
  const plain = visitorWith();
  giveCookie(plain, 'own', 'v', Infinity);
  assert.equal(plain.ownFields, 'Set-Cookie: own=v; Path=/; HttpOnly; SameSite=Lax\r\n');
  const secure = visitorWith(undefined, true);
  giveCookie(secure, 'own', 'v', 1500);
  assert.equal(secure.ownFields, 'Set-Cookie: own=v; Path=/; Max-Age=2; HttpOnly; SameSite=Lax; Secure\r\n');
});

test('who is given a cookie counts as one that has brought it', () => {
  const visitor = visitorWith('own=old');
  takeOwnCookie(visitor, 'own');
  giveCookie(visitor, 'own', 'new', Infinity);
  assert.deepEqual(ownCookies(visitor, 'own'), ['new', 'old']);
});
