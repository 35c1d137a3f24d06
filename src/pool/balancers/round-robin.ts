import type { Endpoint } from '../endpoint.ts';
import type { Balancer } from './balancer.ts';
import { SmoothRotation } from './smooth-rotation.ts';

/** In turns by weight, whatever the endpoints are doing. */
export class RoundRobin implements Balancer {
  readonly #rotation = new SmoothRotation();

  pick(candidates: readonly Endpoint[]): Endpoint {
    return this.#rotation.next(candidates);
  }
}
