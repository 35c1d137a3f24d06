import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../../src/pool/balancers/random.ts';
import { seeded } from '../support.ts';
import { CHI_SQUARE_LIMIT, chiSquare, counts, endpointsOf, load } from './support.ts';

test('idle endpoints are drawn by weight', t => {
  const weights = [1, 2, 3];
  const seen = counts(new Random(seeded(3)), endpointsOf(t, weights), 60_000);
  assert.ok(chiSquare(seen, weights) < CHI_SQUARE_LIMIT[2]!, String(seen));
});

test('the two that are drawn differ: of two endpoints the busier is never picked', t => {
  const endpoints = endpointsOf(t, [1000, 1]);
  load(endpoints[0]!, 2000);
  assert.deepEqual(counts(new Random(seeded(4)), endpoints, 1000), [0, 1000]);
});

test('two choices keep the fullest close to the average, where one choice would not', t => {
  const two = endpointsOf(t, new Array<number>(100).fill(1));
  const balancer = new Random(seeded(5));
  for (let i = 0; i < 10_000; i++) load(balancer.pick(two));
  // Balls into bins: log log n / log 2 + O(1) above the average of 100, against sqrt(2 * 100 * ln 100) = 30.
  const fullest = Math.max(...two.map(endpoint => endpoint.inFlight));
  assert.ok(fullest <= 105, String(fullest));
});

test('a single candidate is picked', t => {
  assert.equal(new Random(seeded(6)).pick(endpointsOf(t, [1])).name, 'e0');
});

test('the extremes of the source of chance are no way out of the list', t => {
  const endpoints = endpointsOf(t, [1, 2, 3]);
  for (const value of [0, 1 - 2 ** -53])
    assert.ok(endpoints.includes(new Random(() => value).pick(endpoints)));
});
