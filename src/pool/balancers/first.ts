import type { Endpoint } from '../endpoint.ts';
import type { Balancer } from './balancer.ts';

/** The first in the order of the configuration; the others are for when it is full or down. */
export class First implements Balancer {
  pick(candidates: readonly Endpoint[]): Endpoint {
    return candidates[0]!;
  }
}
