import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fixture } from '../support.ts';

test('the list is filled from its beginning', t => {
  const f = new Fixture(t, { balance: { kind: 'first' }, maxConns: 2, backends: ['a', 'b'] });
  const claims = Array.from({ length: 4 }, () => f.claim());
  assert.deepEqual(
    claims.map(claim => claim.at),
    ['a', 'a', 'b', 'b'],
  );
  claims[0]!.lease!.release();
  assert.equal(f.claim().at, 'a');
});
