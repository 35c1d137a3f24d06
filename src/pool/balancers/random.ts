import type { Endpoint } from '../endpoint.ts';
import type { Balancer } from './balancer.ts';

/**
 * The power of two choices: two different endpoints are drawn by weight, and the one with fewer requests in flight by
 * weight is picked. No state, and the longest queue stays short: O(log log n).
 */
export class Random implements Balancer {
  readonly #random: () => number;

  /** `random`: uniform in 0 <= x < 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  pick(candidates: readonly Endpoint[]): Endpoint {
    const first = this.#draw(candidates, undefined);
    if (candidates.length === 1) return first;
    const second = this.#draw(candidates, first);
    return second.inFlight / second.weight < first.inFlight / first.weight ? second : first;
  }

  /** One of the candidates but for `without`, each with a chance in proportion to its weight. */
  #draw(candidates: readonly Endpoint[], without: Endpoint | undefined): Endpoint {
    let total = 0;
    for (let i = 0; i < candidates.length; i++) if (candidates[i] !== without) total += candidates[i]!.weight;
    let left = Math.floor(this.#random() * total);
    for (let i = 0; i < candidates.length; i++) {
      const endpoint = candidates[i]!;
      if (endpoint === without) continue;
      left -= endpoint.weight;
      if (left < 0) return endpoint;
    }
    return candidates[0]!;
  }
}
