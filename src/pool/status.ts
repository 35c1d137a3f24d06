import type { Endpoint } from './endpoint.ts';
import { DISABLED, DRAINING, EJECTED, PROBING } from './ledger.ts';
import type { Pool } from './pool.ts';

/** What an endpoint is doing, in one word. */
export type EndpointState = 'up' | 'ejected' | 'probing' | 'draining' | 'disabled';

/** An endpoint as a status command shows it. */
export interface EndpointStatus {
  readonly name: string;
  readonly state: EndpointState;
  readonly backup: boolean;
  readonly weight: number;
  readonly inFlight: number;
  /** Null: no limit. */
  readonly maxConns: number | null;
  readonly idleConnections: number;
  /**
   * The most connections that the application took out of its backlog at once within the last minute or two: about its
   * number of workers, if it was busy. Null: its connections occupy no worker while they are idle.
   */
  readonly acceptedAtOnce: number | null;
  /** The expected latency; 0: none is known. */
  readonly latencyMs: number;
  /** Failures in a row. */
  readonly fails: number;
  /** What is left of the rest of an ejected endpoint. */
  readonly restMs: number;
}

/** A pool as a status command shows it: plain, fit for JSON. */
export interface PoolStatus {
  readonly name: string;
  readonly balance: string;
  readonly held: boolean;
  readonly draining: boolean;
  readonly inFlight: number;
  readonly queued: number;
  /** Requests and retries of the last ten seconds. */
  readonly requests: number;
  readonly retries: number;
  /** Leases released a second time: defects of the gateway. */
  readonly doubleReleases: number;
  readonly endpoints: readonly EndpointStatus[];
}

/** The present state of a pool; `now` is a moment of clock.ts. */
export function statusOf(pool: Pool, now: number): PoolStatus {
  return {
    name: pool.name,
    balance: pool.config.balance.kind,
    held: pool.held,
    draining: pool.draining,
    inFlight: pool.inFlight,
    queued: pool.queued,
    requests: pool.budget.requests,
    retries: pool.budget.retries,
    doubleReleases: pool.doubleReleases,
    endpoints: pool.endpoints.map(endpoint => endpointStatus(endpoint, now)),
  };
}

function endpointStatus(endpoint: Endpoint, now: number): EndpointStatus {
  const { ledger, index } = endpoint;
  return {
    name: endpoint.name,
    state: stateOf(ledger.state(index)),
    backup: endpoint.backup,
    weight: endpoint.weight,
    inFlight: endpoint.inFlight,
    maxConns: Number.isFinite(endpoint.maxConns) ? endpoint.maxConns : null,
    idleConnections: endpoint.idleConnections,
    acceptedAtOnce: endpoint.acceptedAtOnce,
    latencyMs: Math.round(endpoint.latency(now)) / 1000,
    fails: ledger.fails(index),
    restMs: endpoint.up ? 0 : Math.max(0, Math.ceil(endpoint.health.restUntil - now)),
  };
}

function stateOf(bits: number): EndpointState {
  if (bits & DISABLED) return 'disabled';
  if (bits & DRAINING) return 'draining';
  if (bits & PROBING) return 'probing';
  return bits & EJECTED ? 'ejected' : 'up';
}
