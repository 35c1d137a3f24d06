import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBreaker, parseBreaker } from '../../../src/config/breaker.ts';
import { load, loadPool } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

const WHAT =
  'expected a share of errors and options, such as 50%,latency=500ms,window=10s,min=20,rest=5s, or off';
const USUAL = { errors: 0.5, latency: 0, window: 10_000, minimum: 20, rest: 5000 };

test('a breaker has a share of errors, a latency, or both', () => {
  assert.deepEqual(parseBreaker('50%'), USUAL);
  assert.deepEqual(parseBreaker('latency=500ms'), { ...USUAL, errors: 0, latency: 500 });
  assert.deepEqual(parseBreaker('12.5%, latency=1s,window=30s,min=5,rest=1s'), {
    errors: 0.125,
    latency: 1000,
    window: 30_000,
    minimum: 5,
    rest: 1000,
  });
  assert.equal(parseBreaker('off'), 'off');
});

test('a breaker is written as it is read', () => {
  const text = '12.5%,latency=1s,window=30s,min=5,rest=1s';
  const breaker = parseBreaker(text);
  assert.ok(breaker !== 'off');
  assert.equal(formatBreaker(breaker), text);
  assert.equal(formatBreaker(undefined), 'off');
});

test('a breaker that would never open is refused', () => {
  const never = 'without a share above 0% or a latency it never opens';
  refuses(parseBreaker, '0%', `${WHAT}; got "0%": ${never}`);
  refuses(parseBreaker, 'window=5s', `${WHAT}; got "window=5s": ${never}`);
});

test('a mistake in an option of a breaker names the option', () => {
  refuses(parseBreaker, '50', `${WHAT}; got "50"`);
  refuses(
    parseBreaker,
    '50%,windw=5s',
    'unknown option of a breaker "windw"; the nearest known one is "window"',
  );
  refuses(parseBreaker, '50%,min=0', 'min: expected a whole number from 1 to 1000000; got "0"');
  refuses(
    parseBreaker,
    '50%,latency=0s',
    'latency: expected a duration such as 250ms, 5s, 2m, 1h, longer than nothing; got "0s"',
  );
  refuses(parseBreaker, '50%,rest=1s,rest=2s', 'the option rest is given twice');
  refusesAll(parseBreaker, ['', null, true, 0.5, '101%', '-1%', '50%,', 'on', 'latency', 'latency=']);
});

test('a pool has its own breaker, or none whatever the top says', () => {
  assert.deepEqual(loadPool({ backend: ['http://a:1'], breaker: '50%' }).breaker, USUAL);
  const { pools } = load(
    { breaker: '50%' },
    'pools: { a: { backends: "http://a:1", breaker: off }, b: { backends: "http://b:1", breaker: 20% } }\nroutes: [{ pool: a }]',
  );
  assert.deepEqual(
    pools.map(({ breaker }) => breaker?.errors),
    [undefined, 0.2],
  );
});

test('a pool may fail while nothing is up, and bring endpoints back slowly', () => {
  const { health } = loadPool({ backend: ['http://a:1'], 'all-down': 'fail', 'slow-start': '30s' });
  assert.deepEqual([health.allDown, health.slowStart], ['fail', 30_000]);
  const yaml =
    'pools: { default: { backends: "http://a:1", health: { all-down: last-resort, slow-start: off } } }';
  const own = loadPool({ 'all-down': 'fail', 'slow-start': '30s' }, yaml).health;
  assert.deepEqual([own.allDown, own.slowStart], ['last-resort', 0]);
});
