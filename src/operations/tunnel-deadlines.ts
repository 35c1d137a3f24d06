import type { Log } from '../log/log.ts';
import type { Endpoint } from '../pool/endpoint.ts';
import type { Pool } from '../pool/pool.ts';
import { TunnelDeadline } from './tunnel-deadline.ts';

/** The deadlines of tunnels at endpoints that were taken out. */
export class TunnelDeadlines {
  readonly #log: Log;
  readonly #all = new WeakMap<Endpoint, TunnelDeadline>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** From so many milliseconds on endpoints of a pool have none, in place of what was said before; undefined: that holds on. */
  set(pool: Pool, endpoints: readonly Endpoint[], limit: number | undefined): void {
    if (limit === undefined) return;
    for (const endpoint of endpoints) {
      this.callOff(endpoint);
      const facts = { pool: pool.name, endpoint: endpoint.name };
      const deadline = new TunnelDeadline(endpoint, limit, tunnels =>
        this.#log.info('tunnels were cut: their time is up', { ...facts, tunnels }),
      );
      this.#all.set(endpoint, deadline);
    }
  }

  /** Whoever is left at an endpoint stays. */
  callOff(endpoint: Endpoint): void {
    this.#all.get(endpoint)?.callOff();
    this.#all.delete(endpoint);
  }

  /** How many were cut, as a part of an answer; nothing where tunnels have no deadline. */
  outcome(endpoints: readonly Endpoint[]): { readonly cut?: number } {
    const deadlines = endpoints.flatMap(endpoint => this.#all.get(endpoint) ?? []);
    return deadlines.length === 0 ? {} : { cut: deadlines.reduce((sum, { cut }) => sum + cut, 0) };
  }
}
