import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DOWN } from '../../../src/pool/ledger.ts';
import { Fixture, type Setting } from './support.ts';

function fixture(t: TestContext, setting: Setting = {}): Fixture {
  const f = new Fixture(t, {
    balance: { kind: 'round-robin' },
    ...setting,
    health: { slowStart: 10_000, ...setting.health },
  });
  f.pool.start();
  return f;
}

function ramp(f: Fixture, name: string): number {
  return f.pool.status().endpoints.find(endpoint => endpoint.name === name)!.ramp;
}

/** How many of a hundred requests an endpoint gets. */
function share(f: Fixture, name: string): number {
  return f
    .served(100)
    .split(' ')
    .filter(each => each === name).length;
}

test('endpoints that are there at the start have their whole weight', t => {
  const f = fixture(t);
  assert.deepEqual([ramp(f, 'a'), share(f, 'a')], [1, 50]);
});

test('an endpoint that joins begins with a tenth of its weight and has all of it in the end', async t => {
  const f = fixture(t, { backends: ['a'] });
  f.pool.join({ ...f.endpoint('a').backend, name: 'c' });
  assert.equal(ramp(f, 'c'), 0.1);
  assert.ok(Math.abs(share(f, 'c') - 9) <= 1);
  const seen = [ramp(f, 'c')];
  for (let i = 0; i < 100; i++) {
    await f.clock.pass(100);
    if (seen.at(-1) !== ramp(f, 'c')) seen.push(ramp(f, 'c'));
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 19 }, (_, i) => (10 + 5 * i) / 100),
  );
  assert.equal(share(f, 'c'), 50);
});

test('halfway it has a good half of it', async t => {
  const f = fixture(t, { backends: ['a'] });
  f.pool.join({ ...f.endpoint('a').backend, name: 'c' });
  await f.clock.pass(5000);
  assert.equal(ramp(f, 'c'), 0.55);
});

for (const [what, out, back] of [
  [
    'was disabled',
    (f: Fixture) => (f.endpoint('a').disabled = true),
    (f: Fixture) => (f.endpoint('a').disabled = false),
  ],
  [
    'was drained',
    (f: Fixture) => (f.endpoint('a').draining = true),
    (f: Fixture) => (f.endpoint('a').draining = false),
  ],
  [
    'had no process',
    (f: Fixture) => (f.endpoint('a').absent = true),
    (f: Fixture) => (f.endpoint('a').absent = false),
  ],
  [
    'was down by its checks',
    (f: Fixture) => f.endpoint('a').health.fall('check failed', 1),
    (f: Fixture) => f.endpoint('a').health.rise(1),
  ],
] as const) {
  test(`an endpoint that ${what} begins anew when it is back`, t => {
    const f = fixture(t);
    out(f);
    assert.equal(ramp(f, 'a'), 1);
    back(f);
    assert.equal(ramp(f, 'a'), 0.1);
  });
}

test('an endpoint that was ejected begins anew when its probe succeeds', async t => {
  const f = fixture(t);
  f.endpoint('a').failed('connection_refused');
  await f.clock.pass(2000);
  const claims = [f.claim(), f.claim()];
  assert.ok(claims.some(({ at }) => at === 'a'));
  f.endpoint('a').succeeded(1);
  assert.equal(ramp(f, 'a'), 0.1);
});

test('one that is still out for another reason waits with it', t => {
  const f = fixture(t);
  const a = f.endpoint('a');
  a.disabled = true;
  a.standing.set(DOWN, 'check failed');
  a.disabled = false;
  assert.equal(ramp(f, 'a'), 1);
  a.health.rise(1);
  assert.equal(ramp(f, 'a'), 0.1);
});

test('one that goes while it begins has its whole weight when it is back, if that is wanted no more', async t => {
  const f = fixture(t);
  f.endpoint('a').disabled = true;
  f.endpoint('a').disabled = false;
  f.endpoint('a').health.config = { ...f.endpoint('a').health.config, slowStart: 0 };
  f.endpoint('a').disabled = true;
  f.endpoint('a').disabled = false;
  assert.equal(ramp(f, 'a'), 1);
});

test('a weight of 1 grows like any other, and the status tells weights as they were configured', async t => {
  const f = fixture(t, {
    backends: [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 3 },
    ],
  });
  f.endpoint('a').disabled = true;
  f.endpoint('a').disabled = false;
  await f.clock.pass(5000);
  assert.deepEqual(
    f.pool.status().endpoints.map(({ weight }) => weight),
    [1, 3],
  );
  assert.ok(Math.abs(share(f, 'a') - 15) <= 1, 'a: 0.55 of 3.55');
});

test('an endpoint that leaves while it begins is not weighed any more, whoever has its row then', async t => {
  const f = fixture(t, { backends: ['a'] });
  const c = f.pool.join({ ...f.endpoint('a').backend, name: 'c' });
  await f.clock.pass(250);
  f.pool.leave(c, 'no longer wanted');
  const d = f.pool.join({ ...f.endpoint('a').backend, name: 'd', weight: 7 });
  assert.equal(d.index, c.index);
  for (let i = 0, before = d.weight; i < 110; i++, before = d.weight) {
    await f.clock.pass(100);
    assert.ok(d.weight >= before, `${d.weight} after ${before}`);
  }
  assert.deepEqual([d.weight, f.endpoint('a').weight], [700, 100]);
});
