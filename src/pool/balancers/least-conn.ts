import type { Endpoint } from '../endpoint.ts';
import type { Balancer } from './balancer.ts';
import { SmoothRotation } from './smooth-rotation.ts';

/** The fewest requests in flight by weight; equals take turns by weight, or an idle pool would use its first endpoint only. */
export class LeastConn implements Balancer {
  readonly #rotation = new SmoothRotation();
  readonly #equals: Endpoint[] = [];

  pick(candidates: readonly Endpoint[]): Endpoint {
    let best = candidates[0]!;
    let fewest = best.inFlight / best.weight;
    let equals = 1;
    for (let i = 1; i < candidates.length; i++) {
      const endpoint = candidates[i]!;
      const load = endpoint.inFlight / endpoint.weight;
      if (load < fewest) {
        best = endpoint;
        fewest = load;
        equals = 1;
      } else if (load === fewest) equals++;
    }
    if (equals === 1) return best;
    return this.#rotation.next(
      equals === candidates.length ? candidates : this.#gather(candidates, fewest, equals),
    );
  }

  #gather(candidates: readonly Endpoint[], fewest: number, equals: number): readonly Endpoint[] {
    let n = 0;
    for (let i = 0; i < candidates.length; i++) {
      const endpoint = candidates[i]!;
      if (endpoint.inFlight / endpoint.weight === fewest) this.#equals[n++] = endpoint;
    }
    this.#equals.length = equals;
    return this.#equals;
  }
}
