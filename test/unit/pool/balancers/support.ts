import type { TestContext } from 'node:test';
import type { BackendConfig } from '../../../../src/config/config.ts';
import type { Balancer } from '../../../../src/pool/balancers/balancer.ts';
import type { Endpoint } from '../../../../src/pool/endpoint.ts';
import { FakeClaim, Fixture } from '../support.ts';

/** Endpoints `e0`, `e1` .. with these weights, nothing in flight. */
export function endpointsOf(t: TestContext, weights: readonly number[]): readonly Endpoint[] {
  const backends = weights.map((weight, i): Partial<BackendConfig> => ({ name: `e${i}`, weight }));
  return new Fixture(t, { backends }).pool.endpoints;
}

/** A claim with a key to hash. */
export function keyed(key: string): FakeClaim {
  const claim = new FakeClaim();
  claim.key = key;
  return claim;
}

export const ANY = keyed('');

/** Puts so many requests in flight at an endpoint. */
export function load(endpoint: Endpoint, count = 1): void {
  for (let i = 0; i < count; i++) endpoint.ledger.enter(endpoint.index);
}

/** Takes requests out again. */
export function unload(endpoint: Endpoint, count = 1): void {
  for (let i = 0; i < count; i++) endpoint.ledger.leave(endpoint.index);
}

/** How often each endpoint is picked in so many turns, none of them leaving a request in flight. */
export function counts(balancer: Balancer, endpoints: readonly Endpoint[], turns: number): number[] {
  const picked = new Array<number>(endpoints.length).fill(0);
  for (let i = 0; i < turns; i++) picked[balancer.pick(endpoints, keyed(`key ${i}`)).index]!++;
  return picked;
}

/** Pearson's statistic of what was seen against shares in proportion to the weights. */
export function chiSquare(seen: readonly number[], weights: readonly number[]): number {
  const total = sum(seen);
  const weight = sum(weights);
  return sum(
    seen.map((count, i) => {
      const expected = (total * weights[i]!) / weight;
      return (count - expected) ** 2 / expected;
    }),
  );
}

/** What the statistic exceeds by chance once in a thousand times, by degrees of freedom. */
export const CHI_SQUARE_LIMIT: Readonly<Record<number, number>> = { 2: 13.82, 3: 16.27, 8: 26.12, 9: 27.88 };

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
