import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenError, connectError } from '../../../src/transport/connect-error.ts';
import { NameError } from '../../../src/transport/name-error.ts';

function failure(code: string): Error {
  return Object.assign(new Error(`system says ${code}`), { code });
}

for (const [code, kind] of [
  ['ECONNREFUSED', 'connection_refused'],
  ['EHOSTUNREACH', 'connection_refused'],
  ['ENOENT', 'connection_refused'],
  ['ETIMEDOUT', 'connection_timeout'],
  ['ENOTFOUND', 'dns_error'],
  ['EAI_AGAIN', 'dns_error'],
  ['EAGAIN', 'backlog_full'],
  ['EMFILE', 'connection_limit_reached'],
  ['EADDRNOTAVAIL', 'connection_limit_reached'],
] as const) {
  test(`${code} while connecting is ${kind}, and the message names endpoint and code`, () => {
    const error = connectError('backend:80', failure(code));
    assert.equal(error.kind, kind);
    assert.ok(error.message.startsWith('cannot connect to backend:80: '), error.message);
    assert.ok(error.message.includes(code), error.message);
  });
}

test('of several addresses that failed the first one counts', () => {
  const both = new AggregateError([failure('ETIMEDOUT'), failure('ECONNREFUSED')]);
  assert.equal(connectError('backend:80', both).kind, 'connection_timeout');
});

test('what has no code is told in its own words', () => {
  assert.equal(
    connectError('backend:80', new Error('odd')).message,
    'cannot connect to backend:80: Error: odd',
  );
  assert.equal(
    brokenError('backend:80', false, 'unsolicited bytes').message,
    'connection to backend:80 broke: unsolicited bytes',
  );
});

test('a connection that breaks after the head leaves an answer incomplete, before it none', () => {
  assert.equal(brokenError('b', true, failure('ECONNRESET')).kind, 'http_response_incomplete');
  assert.equal(brokenError('b', false, failure('ECONNRESET')).kind, 'connection_terminated');
});

test('a lookup that says why a name has no address is believed', () => {
  const error = connectError('api.test:80', new NameError('SERVFAIL: the DNS server cannot find out'));
  assert.equal(error.kind, 'dns_error');
  assert.equal(error.message, 'cannot connect to api.test:80: SERVFAIL: the DNS server cannot find out');
});
