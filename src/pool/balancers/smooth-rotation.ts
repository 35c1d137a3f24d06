import type { Endpoint } from '../endpoint.ts';

/**
 * Smooth weighted rotation: in each turn every candidate gains its weight, and the richest is picked and pays what all
 * gained. Turns are shared by weight and interleaved: 5, 1, 1 gives a a b a c a a, not a a a a a b c.
 */
export class SmoothRotation {
  /** By an endpoint's index. */
  readonly #credits: number[] = [];

  next(candidates: readonly Endpoint[]): Endpoint {
    let best = candidates[0]!;
    let most = -Infinity;
    let total = 0;
    for (let i = 0; i < candidates.length; i++) {
      const endpoint = candidates[i]!;
      const weight = endpoint.weight;
      const credit = (this.#credits[endpoint.index] ?? 0) + weight;
      this.#credits[endpoint.index] = credit;
      total += weight;
      if (credit > most) {
        most = credit;
        best = endpoint;
      }
    }
    this.#credits[best.index] = most - total;
    return best;
  }
}
