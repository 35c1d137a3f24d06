import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RoundRobin } from '../../../../src/pool/balancers/round-robin.ts';
import { counts, endpointsOf } from './support.ts';

test('equals take turns', t => {
  const endpoints = endpointsOf(t, [1, 1, 1]);
  const balancer = new RoundRobin();
  const names = Array.from({ length: 6 }, () => balancer.pick(endpoints).name).join(' ');
  assert.equal(names, 'e0 e1 e2 e0 e1 e2');
});

test('weights are interleaved: 5, 1, 1 gives no row of five', t => {
  const endpoints = endpointsOf(t, [5, 1, 1]);
  const balancer = new RoundRobin();
  const names = Array.from({ length: 14 }, () => balancer.pick(endpoints).name).join(' ');
  assert.equal(names, 'e0 e0 e1 e0 e2 e0 e0 e0 e0 e1 e0 e2 e0 e0');
});

test('over a whole round each gets exactly its weight', t => {
  const weights = [7, 3, 11, 1];
  assert.deepEqual(
    counts(new RoundRobin(), endpointsOf(t, weights), 22 * 5),
    weights.map(weight => weight * 5),
  );
});

test('an endpoint that was away is not flooded when it is back', t => {
  const endpoints = endpointsOf(t, [1, 1, 1]);
  const balancer = new RoundRobin();
  for (let i = 0; i < 100; i++) balancer.pick(endpoints.slice(0, 2));
  const names = Array.from({ length: 6 }, () => balancer.pick(endpoints).name);
  assert.equal(names.filter(name => name === 'e2').length, 2);
});
