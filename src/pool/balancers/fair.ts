import type { Endpoint } from '../endpoint.ts';
import type { Balancer } from './balancer.ts';

/** The idle endpoint that was picked longest ago; the pool offers idle ones only, by a limit of one request each. */
export class Fair implements Balancer {
  /** By an endpoint's index: the number of the turn in which it was picked last. */
  readonly #turns: number[] = [];
  #turn = 0;

  pick(candidates: readonly Endpoint[]): Endpoint {
    let best = candidates[0]!;
    let oldest = Infinity;
    for (let i = 0; i < candidates.length; i++) {
      const turn = this.#turns[candidates[i]!.index] ?? 0;
      if (turn < oldest) {
        oldest = turn;
        best = candidates[i]!;
      }
    }
    this.#turns[best.index] = ++this.#turn;
    return best;
  }
}
