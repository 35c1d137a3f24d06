import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHost, isAuthority } from '../../../src/http1/host.ts';
import { requestWith } from './heads.ts';

const BAD = { kind: 'http_request_error' };

test('a name, an address and a bracketed IPv6 address are hosts, with a port or without', () => {
  const hosts = [
    'a',
    'A.Example',
    'a_b.c-d',
    '1.2.3.4',
    '[::1]',
    '[2001:db8::1]',
    '[::ffff:1.2.3.4]',
    '%41b',
    "!$&'()*+,;=~",
  ];
  for (const host of hosts) {
    for (const port of ['', ':', ':0', ':80', ':65535', ':00080'])
      assert.equal(isAuthority(host + port), true, host + port);
  }
});

test('what is no host and port is none', () => {
  const bad = [
    '',
    ':80',
    'a:b',
    'a:80:80',
    'a:65536',
    'a:999999',
    'a:-1',
    'a:+1',
    'a: 80',
    'a b',
    'a/b',
    'a?b',
    'a#b',
    'a@b',
  ];
  const worse = [
    '[::1',
    '::1',
    '[::1]a',
    '[::1]:x',
    '[]',
    '[a]',
    '[::1%eth0]',
    '[v1.a]',
    '[1.2.3.4]',
    'a]',
    'a%',
    'a%4',
    'a%zz',
  ];
  for (const text of [...bad, ...worse, 'a\xe9', 'a"b', 'a\\b', 'a<b', 'a\tb', 'a|b', 'a^b']) {
    assert.equal(isAuthority(text), false, text);
  }
});

test('HTTP/1.1 needs exactly one Host field', () => {
  assert.equal(checkHost(requestWith('Host: a:80\r\n'), ''), 'a:80');
  assert.throws(() => checkHost(requestWith(''), ''), BAD);
  assert.throws(() => checkHost(requestWith('Host: a\r\nHost: a\r\n'), ''), BAD);
  assert.throws(() => checkHost(requestWith('Host: a\r\nX: y\r\nhost: b\r\n'), ''), BAD);
});

test('HTTP/1.0 needs no Host field and takes one', () => {
  assert.equal(checkHost(requestWith('', 0), ''), '');
  assert.equal(checkHost(requestWith('Host: a\r\n', 0), ''), 'a');
  assert.throws(() => checkHost(requestWith('Host: a\r\nHost: b\r\n', 0), ''), BAD);
});

test('a Host field may be empty, and must otherwise be valid', () => {
  assert.equal(checkHost(requestWith('Host:\r\n'), ''), '');
  for (const value of ['a b', 'a/b', 'a,b c', 'http://a', ':80', 'a@b', '[::1']) {
    assert.throws(() => checkHost(requestWith(`Host: ${value}\r\n`), ''), BAD, value);
  }
});

test('the authority of the target wins over the Host field, which must be there and valid all the same', () => {
  assert.equal(checkHost(requestWith('Host: other\r\n'), 'a:81'), 'a:81');
  assert.equal(checkHost(requestWith('', 0), 'a:81'), 'a:81');
  assert.throws(() => checkHost(requestWith(''), 'a:81'), BAD);
  assert.throws(() => checkHost(requestWith('Host: a b\r\n'), 'a:81'), BAD);
});
