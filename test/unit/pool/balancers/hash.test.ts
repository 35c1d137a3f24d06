import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hash } from '../../../../src/pool/balancers/hash.ts';
import type { Endpoint } from '../../../../src/pool/endpoint.ts';
import { Fixture } from '../support.ts';
import { CHI_SQUARE_LIMIT, chiSquare, counts, endpointsOf, keyed, load, sum } from './support.ts';

const KEYS = 20_000;

/** Where each of the keys goes. */
function placesOf(endpoints: readonly Endpoint[], keyOf = (i: number) => `key ${i}`): string[] {
  const balancer = new Hash();
  return Array.from({ length: KEYS }, (_, i) => balancer.pick(endpoints, keyed(keyOf(i))).name);
}

function countOf(places: readonly string[], endpoints: readonly Endpoint[]): number[] {
  return endpoints.map(endpoint => places.filter(place => place === endpoint.name).length);
}

test('a key stays where it is', t => {
  const endpoints = endpointsOf(t, [1, 1, 1]);
  const balancer = new Hash();
  const first = balancer.pick(endpoints, keyed('10.0.0.1'));
  for (let i = 0; i < 100; i++) {
    balancer.pick(endpoints, keyed(`other ${i}`));
    assert.equal(balancer.pick(endpoints, keyed('10.0.0.1')), first);
  }
});

for (const [what, keyOf] of Object.entries({
  'counted keys': (i: number) => `key ${i}`,
  addresses: (i: number) => `10.0.${i >> 8}.${i & 255}`,
  paths: (i: number) => `/static/images/${i.toString(36)}.png`,
  'one-byte differences': (i: number) => String.fromCharCode(i & 255, i >> 8) + 'x'.repeat(40),
})) {
  test(`keys spread evenly: ${what}`, t => {
    const weights = new Array<number>(10).fill(1);
    const endpoints = endpointsOf(t, weights);
    const seen = countOf(placesOf(endpoints, keyOf), endpoints);
    assert.ok(chiSquare(seen, weights) < CHI_SQUARE_LIMIT[9]!, String(seen));
  });
}

test('keys spread by weight', t => {
  const weights = [1, 2, 3, 10];
  const seen = counts(new Hash(), endpointsOf(t, weights), KEYS);
  assert.ok(chiSquare(seen, weights) < CHI_SQUARE_LIMIT[3]!, String(seen));
});

test('when an endpoint leaves only its keys move, and they spread over all the others', t => {
  const endpoints = endpointsOf(t, new Array<number>(10).fill(1));
  const before = placesOf(endpoints);
  const rest = endpoints.filter(endpoint => endpoint.name !== 'e4');
  const after = placesOf(rest);
  const moved = before.flatMap((place, i) => (place === after[i] ? [] : [i]));
  assert.ok(moved.every(i => before[i] === 'e4'));
  assert.ok(Math.abs(moved.length - KEYS / 10) < KEYS / 100, `${moved.length} moved`);
  const heirs = countOf(
    moved.map(i => after[i]!),
    rest,
  );
  assert.ok(chiSquare(heirs, new Array<number>(9).fill(1)) < CHI_SQUARE_LIMIT[8]!, String(heirs));
});

test('the order of the configuration does not matter', t => {
  const names = ['a', 'b', 'c', 'd'];
  const [listed, turned] = [names, names.toReversed()].map(
    backends => new Fixture(t, { backends }).pool.endpoints,
  );
  assert.deepEqual(placesOf(listed!), placesOf(turned!));
});

test('a hot key does not load its endpoint by more than a quarter above the average', t => {
  const endpoints = endpointsOf(t, [1, 1, 1, 1]);
  const balancer = new Hash();
  for (let i = 0; i < 400; i++) load(balancer.pick(endpoints, keyed('hot')));
  for (const endpoint of endpoints)
    assert.ok(endpoint.inFlight <= 125, `${endpoint.name}: ${endpoint.inFlight}`);
  assert.equal(sum(endpoints.map(endpoint => endpoint.inFlight)), 400);
});

test('the bound goes by weight', t => {
  const endpoints = endpointsOf(t, [3, 1]);
  const balancer = new Hash();
  for (let i = 0; i < 400; i++) load(balancer.pick(endpoints, keyed(`key ${i % 2}`)));
  assert.ok(endpoints[0]!.inFlight <= 375, String(endpoints[0]!.inFlight));
  assert.ok(endpoints[1]!.inFlight <= 125, String(endpoints[1]!.inFlight));
});

test('the few parallel requests of one client stay together', t => {
  const endpoints = endpointsOf(t, [1, 1, 1, 1]);
  const balancer = new Hash();
  const places = new Set<string>();
  for (let i = 0; i < 8; i++) {
    const endpoint = balancer.pick(endpoints, keyed('10.0.0.1'));
    load(endpoint);
    places.add(endpoint.name);
  }
  assert.equal(places.size, 1);
});

test('an empty key is a key', t => {
  const endpoints = endpointsOf(t, [1, 1]);
  const balancer = new Hash();
  assert.equal(balancer.pick(endpoints, keyed('')), balancer.pick(endpoints, keyed('')));
});
