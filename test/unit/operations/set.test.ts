import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { changesOf } from '../../../src/operations/changes.ts';
import { Subject } from './support.ts';

const TWO = { backends: ['http://a:1', 'http://b:1,max-conns=9'], balance: 'first', maxConns: 1 } as const;

function changes(s: Subject, name = 'default'): string[] {
  return changesOf(
    s.pool(name),
    s.config.pools.find(pool => pool.name === name),
  );
}

test('a limit of a pool that is raised serves those who wait, and only endpoints without a limit of their own', async () => {
  const s = new Subject({ ...TWO, backends: ['http://a:1'] });
  const [, waiting] = [s.claim(), s.claim()];
  assert.equal(waiting.at, undefined);
  assert.deepEqual(s.orders.set('default', { 'max-conns': '2' }), { changes: ['max-conns 1 -> 2'] });
  await setImmediate();
  assert.equal(waiting.at, 'a:1');
  assert.deepEqual(changes(s), ['max-conns 2 (file: 1)']);
});

test('an endpoint keeps the limit of its own when that of its pool is set', () => {
  const s = new Subject(TWO);
  s.orders.set('default', { 'max-conns': '4' });
  assert.deepEqual(
    s.pool().present.map(({ maxConns }) => maxConns),
    [4, 9],
  );
});

test('all settings of a pool are set together, and said in the words of its flags', () => {
  const s = new Subject(TWO);
  const wanted = {
    'pool-max-conns': '7',
    balance: 'hash:client',
    queue: '5',
    'queue-timeout': '2s',
    'max-conns': 'off',
  };
  const expected = [
    'max-conns 1 -> off',
    'pool-max-conns off -> 7',
    'balance first -> hash:client',
    'queue 1024 -> 5',
    'queue-timeout 30s -> 2s',
  ];
  assert.deepEqual(s.orders.set('default', wanted).changes, expected);
  assert.equal(s.pool().config.queue.length, 5);
  assert.equal(changes(s).length, 5);
});

test('weight and limit of an endpoint are set, and what is as in the file is no change', () => {
  const s = new Subject(TWO);
  s.orders.set('b:1', { weight: '3', 'max-conns': '2' });
  s.orders.set('a:1', { 'max-conns': '6' });
  assert.deepEqual(changes(s), [
    "a:1: max-conns 6 (file: the pool's)",
    'b:1: weight 3 (file: 1)',
    'b:1: max-conns 2 (file: 9)',
  ]);
  assert.deepEqual(s.orders.set('default/b:1', { weight: '1', 'max-conns': '9' }).changes, [
    'b:1: weight 3 -> 1',
    'b:1: max-conns 2 -> 9',
  ]);
  assert.equal(changes(s).length, 1);
  assert.deepEqual(s.orders.set('b:1', { weight: '1' }).changes, []);
});

test('a setting leaves endpoints with their requests as they are', () => {
  const s = new Subject(TWO);
  const before = s.pool().present;
  const claim = s.claim();
  s.orders.set('default', { balance: 'round-robin', 'max-conns': '3' });
  assert.deepEqual(s.pool().present, before);
  assert.equal(s.pool().inFlight, 1);
  claim.lease!.release();
  assert.equal(s.pool().inFlight, 0);
});

for (const [target, settings, kind, message] of [
  ['default', {}, 'invalid', /nothing to set for default/],
  ['default', { 'max-cons': '1' }, 'invalid', /unknown setting of a pool "max-cons"; .*"max-conns"/],
  [
    'default',
    { weight: '1' },
    'invalid',
    /a weight is that of a backend or endpoint, .* such as default\/a:1$/,
  ],
  ['default', { 'max-conns': 'many' }, 'invalid', /max-conns: expected a whole number .*"many"/],
  ['a:1', { balance: 'first' }, 'invalid', /unknown setting of an endpoint "balance"/],
  ['a:1', { weight: '0' }, 'invalid', /weight: expected/],
  ['defualt', { queue: '1' }, 'unknown', /no pool, backend or endpoint "defualt"; .*"default"/],
  [
    'zzzzzzzzzz',
    { queue: '1' },
    'unknown',
    /known are: default, one, fair, n, default\/a:1, default\/b:1, one\/c:1/,
  ],
  ['one', { 'max-conns': '2' }, 'refused', /every backend of one has a max-conns of its own.*one\/c:1/],
  ['fair', { 'max-conns': '2' }, 'refused', /balanced by fair/],
  ['fair/d:1', { 'max-conns': '2' }, 'refused', /balanced by fair/],
  ['n/10.0.0.1', { weight: '2' }, 'refused', /one of the addresses of n:80.*set n:80/],
] as const) {
  test(`set ${target} ${JSON.stringify(settings)} is refused, and nothing changes`, () => {
    const pools = {
      one: ['http://c:1,max-conns=2'],
      fair: ['http://d:1'],
      n: ['http://n:80,expand=addresses'],
    };
    const s = new Subject({ ...TWO, pools });
    s.orders.set('fair', { balance: 'fair' });
    const n = s.pool('n');
    n.join(n.config.backends[0]!, { name: 'n:80/10.0.0.1', host: '10.0.0.1', port: 80, tier: 0, weight: 1 });
    const before = [...s.pools.byName.values()].map(({ config }) => config);
    assert.throws(() => s.orders.set(target, settings), { kind, message });
    assert.deepEqual(
      [...s.pools.byName.values()].map(({ config }) => config),
      before,
    );
  });
}

test('of several settings none is set if one is wrong', () => {
  const s = new Subject(TWO);
  assert.throws(() => s.orders.set('default', { queue: '9', balance: 'frist' }), {
    message: /nearest is first/,
  });
  assert.equal(s.pool().config.queue.length, 1024);
});
