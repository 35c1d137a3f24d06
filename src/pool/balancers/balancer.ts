import type { Claim } from '../claim.ts';
import type { Endpoint } from '../endpoint.ts';

/** A way to choose. The candidates may all be used, are never none, and come in the order of the configuration. */
export interface Balancer {
  pick(candidates: readonly Endpoint[], claim: Claim): Endpoint;
}
