import type { Claim } from '../claim.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Balancer } from './balancer.ts';
import { hashOf, mix } from './mix.ts';

/** How far above the average in flight an endpoint may get before its keys go to their next choice. */
const BOUND = 1.25;

/** Requests in flight that an endpoint may always have: one client's few parallel requests stay together. */
const ALWAYS = 8;

/**
 * Rendezvous hashing with bounded load: every endpoint draws a number from the key and its own name, the best draw
 * that is not overloaded wins. When an endpoint leaves only its own keys move, and they spread over all the others.
 */
export class Hash implements Balancer {
  /** By an endpoint's index: the hash of its name, so that its place in the list does not matter. */
  readonly #seeds: number[] = [];

  pick(candidates: readonly Endpoint[], claim: Claim): Endpoint {
    const key = hashOf(claim.hashKey());
    const share = shareOf(candidates);
    let best: Endpoint | undefined;
    let least = Infinity;
    for (let i = 0; i < candidates.length; i++) {
      const endpoint = candidates[i]!;
      if (endpoint.inFlight >= Math.max(ALWAYS, Math.ceil(share * endpoint.weight))) continue;
      const draw = this.#draw(endpoint, key);
      if (draw < least) {
        least = draw;
        best = endpoint;
      }
    }
    return best ?? candidates[0]!;
  }

  /** An exponential variate with the weight as its rate: the least of several falls to each in proportion to its weight. */
  #draw(endpoint: Endpoint, key: number): number {
    const seed = (this.#seeds[endpoint.index] ??= hashOf(endpoint.name));
    const uniform = (mix(mix(key ^ seed) + seed) + 0.5) / 2 ** 32;
    return -Math.log(uniform) / endpoint.weight;
  }
}

/** The bound for one unit of weight. Were all at it, they would have more in flight than there is: one is always below. */
function shareOf(candidates: readonly Endpoint[]): number {
  let inFlight = 1;
  let weight = 0;
  for (let i = 0; i < candidates.length; i++) {
    inFlight += candidates[i]!.inFlight;
    weight += candidates[i]!.weight;
  }
  return (BOUND * inFlight) / weight;
}
