import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BalanceConfig } from '../../../../src/config/config.ts';
import { Fixture } from '../support.ts';
import { keyed, load } from './support.ts';

const ALL: readonly BalanceConfig[] = [
  { kind: 'round-robin' },
  { kind: 'least-conn' },
  { kind: 'random' },
  { kind: 'least-time' },
  { kind: 'fair' },
  { kind: 'hash', key: { kind: 'client' } },
  { kind: 'first' },
];

for (const balance of ALL) {
  test(`${balance.kind} never gives what may not be used`, async t => {
    const backends = ['ejected', 'draining', 'disabled', 'free', 'full'];
    const f = new Fixture(t, { balance, maxConns: 1, backends });
    f.endpoint('ejected').failed('connection_refused');
    f.endpoint('draining').draining = true;
    f.endpoint('disabled').disabled = true;
    f.served(1);
    load(f.endpoint('full'));
    for (let i = 0; i < 20; i++) assert.equal(f.served(1), 'free');
    f.claim();
    assert.equal(f.claim().lease, undefined);
  });

  test(`${balance.kind} brings an ejected endpoint back`, async t => {
    const f = new Fixture(t, { balance, backends: ['a', 'b', 'c'] });
    f.endpoint('a').failed('connection_refused');
    await f.clock.pass(2000);
    const claims = Array.from({ length: 50 }, (_, i) => keyed(`key ${i}`));
    for (const claim of claims) f.pool.acquire(claim);
    assert.equal(claims.filter(claim => claim.at === 'a').length, 1);
  });
}
