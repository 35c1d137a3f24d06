import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeastConn } from '../../../../src/pool/balancers/least-conn.ts';
import { seeded } from '../support.ts';
import { counts, endpointsOf, load, unload } from './support.ts';

test('the one with the fewest requests in flight is picked', t => {
  const endpoints = endpointsOf(t, [1, 1, 1]);
  load(endpoints[0]!, 2);
  load(endpoints[1]!, 1);
  load(endpoints[2]!, 3);
  assert.equal(new LeastConn().pick(endpoints).name, 'e1');
});

test('load counts by weight', t => {
  const endpoints = endpointsOf(t, [1, 4]);
  load(endpoints[0]!, 1);
  load(endpoints[1]!, 3);
  assert.equal(new LeastConn().pick(endpoints).name, 'e1');
});

test('idle endpoints take turns by weight', t => {
  assert.deepEqual(counts(new LeastConn(), endpointsOf(t, [1, 3]), 400), [100, 300]);
  assert.deepEqual(counts(new LeastConn(), endpointsOf(t, [1, 1, 1]), 300), [100, 100, 100]);
});

test('those that are equal take turns while others are busier', t => {
  const endpoints = endpointsOf(t, [1, 1, 1]);
  load(endpoints[1]!);
  assert.deepEqual(counts(new LeastConn(), endpoints, 100), [50, 0, 50]);
});

test('under a steady load the requests in flight are in proportion to the weights', t => {
  const weights = [1, 2, 5];
  const endpoints = endpointsOf(t, weights);
  const balancer = new LeastConn();
  const random = seeded(7);
  const inFlight = Array.from({ length: 80 }, () => {
    const endpoint = balancer.pick(endpoints);
    load(endpoint);
    return endpoint;
  });
  for (let i = 0; i < 10_000; i++) {
    const ended = Math.floor(random() * inFlight.length);
    unload(inFlight[ended]!);
    inFlight[ended] = balancer.pick(endpoints);
    load(inFlight[ended]!);
    for (const endpoint of endpoints) {
      const fair = (80 * endpoint.wholeWeight) / 8;
      assert.ok(Math.abs(endpoint.inFlight - fair) <= 2, `${endpoint.name}: ${endpoint.inFlight} of ${fair}`);
    }
  }
});
