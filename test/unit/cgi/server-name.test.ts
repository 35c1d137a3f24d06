import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackendRequest } from '../../../src/protocol.ts';
import { variablesOf } from './requests.ts';

function named(request: Partial<BackendRequest>): string {
  const { SERVER_NAME, SERVER_PORT } = variablesOf(request);
  return `${SERVER_NAME} ${SERVER_PORT}`;
}

const ON_UNIX = { remoteAddress: '', remotePort: 0, localAddress: '', localPort: 0 };

for (const [host, expected] of [
  ['example.com', 'example.com 80'],
  ['Example.COM:8080', 'Example.COM 8080'],
  ['example.com:', 'example.com 80'],
  ['example.com:0080', 'example.com 80'],
  ['192.0.2.7:81', '192.0.2.7 81'],
  ['[2001:db8::1]:81', '[2001:db8::1] 81'],
  ['[2001:db8::1]', '[2001:db8::1] 80'],
  // Valid as a host of a URL, but nothing to build links from.
  ["a'b(c);d", '192.0.2.9 8080'],
  ['%65xample.com', '192.0.2.9 8080'],
  ['', '192.0.2.9 8080'],
] as const) {
  test(`the server of Host ${JSON.stringify(host)} is ${expected} (55)`, () => {
    assert.equal(named({ host }), expected);
  });
}

test('over TLS the usual port is 443, and HTTPS is on only then (55)', () => {
  assert.equal(named({ host: 'a', secure: true }), 'a 443');
  assert.equal(named({ host: 'a' }), 'a 80');
  assert.equal(named({ host: 'a', secure: true }), 'a 443');
  assert.equal(variablesOf({ secure: true }).HTTPS, 'on');
  assert.equal(variablesOf({ secure: true }).REQUEST_SCHEME, 'https');
  assert.equal(variablesOf().HTTPS, undefined);
});

test('without a Host a unix socket is localhost, an IPv6 address stands in brackets', () => {
  assert.equal(named({ host: '', ends: ON_UNIX }), 'localhost 80');
  const ends = { remoteAddress: '::1', remotePort: 1, localAddress: '::1', localPort: 81 };
  assert.equal(named({ host: '', ends }), '[::1] 81');
  assert.equal(variablesOf({ host: '', ends }).HTTP_HOST, undefined);
  assert.equal(variablesOf({ ends }).SERVER_ADDR, '::1');
});

test('the port of a proxy is not told as that of its client', () => {
  assert.equal(variablesOf({ client: '203.0.113.5' }).REMOTE_PORT, undefined);
  assert.equal(variablesOf({ client: '203.0.113.5' }).REMOTE_ADDR, '203.0.113.5');
});

test('a client on a unix socket has a name and no address', () => {
  const variables = variablesOf({ client: 'unix', ends: ON_UNIX });
  assert.equal(variables.REMOTE_ADDR, 'unix');
  assert.equal(variables.REMOTE_PORT, undefined);
  assert.equal(variables.SERVER_ADDR, undefined);
});

test('a client of HTTP/1.0 is told as such', () => {
  assert.equal(variablesOf({ minor: 0 }).SERVER_PROTOCOL, 'HTTP/1.0');
});

test('the port that a trusted proxy tells of goes before that of Host (55)', () => {
  assert.equal(named({ host: 'a:8080', publicPort: 8443, secure: true }), 'a 8443');
  assert.equal(named({ host: 'a:8080', secure: true }), 'a 8080');
  assert.equal(named({ host: '', publicPort: 8443 }), '192.0.2.9 8443');
});
