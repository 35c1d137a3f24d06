import type { GatewayError } from '../errors.ts';
import type { Endpoint } from './endpoint.ts';
import type { Pool } from './pool.ts';
import { type Outcome, outcomeOf, TUNNELS_BEGUN, TUNNELS_ENDED, UNTOLD } from './traffic-cells.ts';

/** An upgraded connection. */
export interface Tunnel {
  /** Ends it both ways, and the lease with it. */
  abandon(error: GatewayError): void;
}

/**
 * The right to one slot of an endpoint, from the grant to the release. A second release frees nothing: it is counted
 * in the pool's status and logged as the defect that it is, in production as in tests.
 */
export class Lease {
  readonly endpoint: Endpoint;
  readonly pool: Pool;
  /** The number of the probe that this lease is; 0: it is none. */
  readonly probe: number;
  /** Whether its claim passed a shut gate. */
  readonly bypass: boolean;
  released = false;
  /** Null: its connection was not upgraded. */
  tunnel: Tunnel | null = null;
  /** How the attempt went, as far as is known. */
  outcome: Outcome = UNTOLD;

  constructor(endpoint: Endpoint, pool: Pool, probe: number, bypass: boolean) {
    this.endpoint = endpoint;
    this.pool = pool;
    this.probe = probe;
    this.bypass = bypass;
    if (bypass) pool.bypassing++;
  }

  /** The connection was upgraded: from now on it counts as a tunnel. */
  becomeTunnel(tunnel: Tunnel): void {
    this.tunnel = tunnel;
    if (this.bypass) this.pool.bypassing--;
    this.endpoint.tunnels.add(tunnel);
    this.endpoint.traffic.count(TUNNELS_BEGUN);
    this.pool.exchanges.count(TUNNELS_BEGUN);
  }

  /** The head of an answer came, so many milliseconds after the request was sent. */
  answered(status: number, ms: number): void {
    this.outcome = outcomeOf(status);
    this.pool.breaker?.record(this, status >= 500, ms);
  }

  /** The attempt failed: endpoint and breaker hear of what the error table counts against them. `answered`: the head had come. */
  failed({ kind, message, row }: GatewayError, reused: boolean, answered: boolean): void {
    if (row.health !== 'failed' && (row.health !== 'fresh' || reused)) return;
    this.endpoint.failed(kind, message);
    this.pool.breaker?.failed(this, answered);
  }

  /** For Pool alone: the attempt is over, and how it went is counted. */
  count(): void {
    this.endpoint.traffic.count(this.outcome);
    if (this.tunnel === null) {
      if (this.bypass) this.pool.bypassing--;
      return;
    }
    this.endpoint.tunnels.delete(this.tunnel);
    this.endpoint.traffic.count(TUNNELS_ENDED);
    this.pool.exchanges.count(TUNNELS_ENDED);
  }

  /** Gives the slot back; those who wait for one are served before the event loop goes on, but not within this call. */
  release(): void {
    if (this.released) {
      this.pool.defects.releasedTwice(this);
      return;
    }
    this.released = true;
    this.pool.released(this);
  }
}
