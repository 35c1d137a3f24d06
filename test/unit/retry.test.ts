import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RetryOn } from '../../src/config/config.ts';
import { type FailedAttempt, isStale, mayRetry } from '../../src/retry.ts';

const ALL: readonly RetryOn[] = ['connect', 'reused', 'terminated', 'junk', 'timeout', '502', '503', '504'];

function attempt(of: Partial<FailedAttempt>): FailedAttempt {
  return { method: 'GET', failure: 'terminated', sent: true, reused: false, replayable: true, ...of };
}

for (const failure of ['unsent', 'refused'] as const) {
  test(`any method is tried again after ${failure}: the backend did nothing`, () => {
    assert.equal(mayRetry(attempt({ method: 'POST', failure }), ['connect']), '');
    assert.match(mayRetry(attempt({ failure }), ['terminated']), /connect/);
  });
}

test('any method is tried again when no byte of it was sent', () => {
  const unsent = attempt({ method: 'POST', sent: false, reused: true });
  assert.equal(mayRetry(unsent, ['connect']), '');
});

test('what may have been carried out is tried again only where twice is as good as once (RFC 9110, 9.2.2)', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])
    assert.equal(mayRetry(attempt({ method }), ALL), '', method);
  for (const method of ['POST', 'PATCH', 'LINK', 'get'])
    assert.equal(mayRetry(attempt({ method }), ALL), `${method} may have been carried out`);
});

test('a POST is not tried again on a status, nor on a kept connection that broke after it was sent', () => {
  assert.notEqual(mayRetry(attempt({ method: 'POST', failure: 503 }), ALL), '');
  assert.notEqual(mayRetry(attempt({ method: 'POST', reused: true }), ALL), '');
});

for (const [failure, reused, wanted] of [
  ['terminated', false, 'terminated'],
  ['terminated', true, 'reused'],
  ['junk', true, 'junk'],
  ['timeout', false, 'timeout'],
  [502, false, '502'],
  [504, true, '504'],
] as const) {
  test(`${failure} on a ${reused ? 'kept' : 'fresh'} connection asks for ${wanted}`, () => {
    assert.equal(mayRetry(attempt({ failure, reused }), [wanted]), '');
    const others = ALL.filter(word => word !== wanted);
    assert.equal(mayRetry(attempt({ failure, reused }), others), `retry-on does not list ${wanted}`);
  });
}

test('nothing is tried again after a final failure, or with a body that is gone', () => {
  assert.equal(mayRetry(attempt({ failure: 'never', sent: false }), ALL), 'this failure is final');
  assert.match(mayRetry(attempt({ failure: 'unsent', replayable: false }), ALL), /too long/);
});

test('only a kept connection that was terminated is stale', () => {
  assert.ok(isStale(attempt({ reused: true })));
  assert.ok(!isStale(attempt({ reused: false })));
  assert.ok(!isStale(attempt({ reused: true, failure: 'timeout' })));
  assert.ok(!isStale(attempt({ reused: true, failure: 503 })));
});
