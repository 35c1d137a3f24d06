import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Balancer } from '../../../../src/pool/balancers/balancer.ts';
import { LeastTime } from '../../../../src/pool/balancers/least-time.ts';
import { RoundRobin } from '../../../../src/pool/balancers/round-robin.ts';
import type { Endpoint } from '../../../../src/pool/endpoint.ts';
import { seeded } from '../support.ts';
import { ANY, endpointsOf, load, sum, unload } from './support.ts';

/** What a simulation saw: picks by endpoint, and the mean time that a request took. */
interface Outcome {
  readonly picks: number[];
  readonly mean: number;
}

/** Requests at random moments, one a millisecond on average; a request takes so long as `serviceMs` says at that time. */
function simulate(
  endpoints: readonly Endpoint[],
  balancer: (now: () => number) => Balancer,
  requests: number,
  serviceMs: (endpoint: Endpoint, at: number) => number,
): Outcome {
  let now = 0;
  const random = seeded(11);
  const chosen = balancer(() => now);
  const picks = endpoints.map(() => 0);
  const underWay: { end: number; took: number; endpoint: Endpoint }[] = [];
  let total = 0;
  for (let i = 0; i < requests; i++) {
    now -= Math.log(1 - random());
    for (let j = underWay.length - 1; j >= 0; j--) {
      const { end, took, endpoint } = underWay[j]!;
      if (end > now) continue;
      underWay.splice(j, 1);
      unload(endpoint);
      endpoint.succeeded(took, now);
    }
    const endpoint = chosen.pick(endpoints, ANY);
    load(endpoint);
    picks[endpoint.index]!++;
    // One request at a time would be a queue; here what is in flight already slows the next one down.
    const took = serviceMs(endpoint, now) * (1 + endpoint.inFlight / 10);
    total += took;
    underWay.push({ end: now + took, took, endpoint });
  }
  return { picks, mean: total / requests };
}

test('a slow endpoint gets a small share, and requests take less time than in turns', t => {
  const slow = (endpoint: Endpoint) => (endpoint.index === 0 ? 50 : 5);
  const weights = [1, 1, 1, 1];
  const timed = simulate(endpointsOf(t, weights), now => new LeastTime(now), 20_000, slow);
  const turns = simulate(endpointsOf(t, weights), () => new RoundRobin(), 20_000, slow);
  assert.ok(timed.picks[0]! < 20_000 * 0.06, `picks: ${timed.picks}`);
  assert.ok(timed.mean < turns.mean / 2, `${timed.mean} ms against ${turns.mean} ms`);
});

test('equally fast endpoints get equal shares', t => {
  const { picks } = simulate(
    endpointsOf(t, [1, 1, 1, 1]),
    now => new LeastTime(now),
    20_000,
    () => 5,
  );
  for (const count of picks) assert.ok(Math.abs(count - 5000) < 250, `picks: ${picks}`);
});

test('weights shift the shares', t => {
  const { picks } = simulate(
    endpointsOf(t, [1, 3]),
    now => new LeastTime(now),
    20_000,
    () => 5,
  );
  assert.ok(picks[1]! > picks[0]! * 1.5, `picks: ${picks}`);
});

test('an endpoint that was slow for a while gets its share again', t => {
  const recovering = (endpoint: Endpoint, at: number) => (endpoint.index === 0 && at < 5000 ? 100 : 5);
  const endpoints = endpointsOf(t, [1, 1]);
  let late = 0;
  const watch = (now: () => number): Balancer => {
    const inner = new LeastTime(now);
    return {
      pick(candidates) {
        const endpoint = inner.pick(candidates);
        if (now() > 60_000 && endpoint.index === 0) late++;
        return endpoint;
      },
    };
  };
  simulate(endpoints, watch, 80_000, recovering);
  assert.ok(late > 8000, `${late} of about 20000`);
});

test('a new endpoint gets one request at once, and no flood before that has answered', t => {
  const endpoints = endpointsOf(t, [1, 1, 1]);
  endpoints[0]!.succeeded(10, 0);
  endpoints[1]!.succeeded(10, 0);
  const balancer = new LeastTime(() => 0);
  const picks = [0, 0, 0];
  for (let i = 0; i < 9; i++) {
    const endpoint = balancer.pick(endpoints);
    load(endpoint);
    picks[endpoint.index]!++;
    if (i === 0) assert.equal(endpoint.name, 'e2');
  }
  assert.deepEqual(picks, [3, 3, 3]);
});

test('a peak counts at once', t => {
  const endpoints = endpointsOf(t, [1, 1]);
  for (let i = 0; i < 100; i++) {
    endpoints[0]!.succeeded(1, i);
    endpoints[1]!.succeeded(2, i);
  }
  const balancer = new LeastTime(() => 100);
  assert.equal(balancer.pick(endpoints).name, 'e0');
  endpoints[0]!.succeeded(50, 100);
  assert.equal(balancer.pick(endpoints).name, 'e1');
});

test('without any sample the endpoints take turns', t => {
  const endpoints = endpointsOf(t, [1, 1, 1]);
  const balancer = new LeastTime(() => 0);
  const picks = [0, 0, 0];
  for (let i = 0; i < 30; i++) {
    const endpoint = balancer.pick(endpoints);
    load(endpoint);
    picks[endpoint.index]!++;
  }
  assert.deepEqual(picks, [10, 10, 10]);
  assert.equal(sum(picks), 30);
});
