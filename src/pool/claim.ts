import type { GatewayError } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';
import type { Lease } from './lease.ts';

/** What can wait in a queue. */
export interface Queued {
  /** Priority class: the lowest goes first; 0, or BYPASS. */
  readonly priority: number;
  /** Where it waits; null: it does not. Owned by Queue. */
  place: Place | null;
  /** Its wait was in vain. */
  refused(error: GatewayError): void;
}

/** A place in a line of the queue. */
export interface Place {
  /** Undefined: it closes the ring of its line. */
  readonly claim: Queued | undefined;
  readonly deadline: number;
  previous: Place;
  next: Place;
}

/** The priority class of claims that pass a shut gate: a held pool serves these and no others. */
export const BYPASS = -1;

/** What a pool has to know of an exchange that asks it for a lease; the asker implements it itself. */
export interface Claim extends Queued {
  /** Endpoints on which this exchange has failed already; others are preferred. */
  readonly tried: readonly Endpoint[];
  /** What stands for the endpoint that its client came to first, where a pool leads clients there; empty: any will do. */
  readonly home: string;
  /** The bytes that a hash balancer hashes; asked for only by such a balancer. */
  hashKey(): string;
  /** The lease; called during `acquire` or, out of the queue, later. */
  granted(lease: Lease): void;
  /** No lease will come: queue full, queue time-out, no endpoint. Called during `acquire` or later. */
  refused(error: GatewayError): void;
}
