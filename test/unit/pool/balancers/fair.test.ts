import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fixture, settled } from '../support.ts';

test('each endpoint has one request at a time, whatever its limit; the rest waits', async t => {
  const backends = ['a', { name: 'b', maxConns: 5 }];
  const f = new Fixture(t, { balance: { kind: 'fair' }, maxConns: 9, backends });
  const claims = [f.claim(), f.claim(), f.claim()];
  assert.deepEqual(
    claims.map(claim => claim.at),
    ['a', 'b', undefined],
  );
  claims[1]!.lease!.release();
  await settled();
  assert.equal(claims[2]!.at, 'b');
});

test('of the idle endpoints the one that was picked longest ago is next', t => {
  const f = new Fixture(t, { balance: { kind: 'fair' }, backends: ['a', 'b', 'c'] });
  const [a, b] = [f.claim(), f.claim()];
  b.lease!.release();
  a.lease!.release();
  assert.equal(f.served(4), 'c a b c');
});
