import { OrderError, type Patience, type Remainder } from '../control.ts';
import type { Log } from '../log/log.ts';
import type { Endpoint } from '../pool/endpoint.ts';
import type { Pool } from '../pool/pool.ts';
import { type FoundEndpoints, findEndpoints, type PoolsByName } from './find.ts';
import { TunnelDeadlines } from './tunnel-deadlines.ts';
import { untilEmpty } from './until-empty.ts';

/** By which operators take endpoints out of their pools and bring them back. */
export class Switches {
  readonly #pools: () => PoolsByName;
  readonly #log: Log;
  /** Those who wait for an endpoint to have finished, by what calls that off. */
  readonly #waits = new WeakMap<Endpoint, AbortController>();
  readonly #deadlines: TunnelDeadlines;

  constructor(pools: () => PoolsByName, log: Log) {
    this.#pools = pools;
    this.#log = log;
    this.#deadlines = new TunnelDeadlines(log);
  }

  /** As Control.drain; rejects with OrderError if an endpoint is brought back meanwhile. */
  async drain(name: string, patience: Patience, signal: AbortSignal): Promise<Remainder> {
    const { pool, endpoints } = this.#find(name);
    const drained = endpoints.filter(endpoint => !endpoint.draining);
    for (const endpoint of drained) endpoint.draining = true;
    const words = 'endpoint drains: it finishes what it has and gets nothing new';
    const warnings = this.#tell(words, pool, drained);
    this.#deadlines.set(pool, endpoints, patience.tunnels);
    const broughtBack = AbortSignal.any(endpoints.map(endpoint => this.#waitFor(endpoint).signal));
    const remainder = await untilEmpty(endpoints, patience, AbortSignal.any([signal, broughtBack]));
    if (broughtBack.aborted) {
      const message = `${name} was enabled before it had finished: ${remainder.inFlight} in flight`;
      throw new OrderError('refused', message);
    }
    return {
      ...remainder,
      ...this.#deadlines.outcome(endpoints),
      ...(warnings.length === 0 ? {} : { warnings }),
    };
  }

  /** As Control.disable. */
  disable(name: string): { warnings?: string[] } {
    const { pool, endpoints } = this.#find(name);
    const disabled = endpoints.filter(endpoint => !endpoint.disabled);
    for (const endpoint of disabled) endpoint.disabled = true;
    const warnings = this.#tell('endpoint is disabled', pool, disabled);
    return warnings.length === 0 ? {} : { warnings };
  }

  /** As Control.enable. */
  enable(name: string): void {
    const { pool, endpoints } = this.#find(name);
    for (const endpoint of endpoints) {
      const wasOut = endpoint.draining || endpoint.disabled;
      endpoint.health.forget();
      endpoint.draining = false;
      endpoint.disabled = false;
      this.#deadlines.callOff(endpoint);
      this.#waits.get(endpoint)?.abort();
      this.#waits.delete(endpoint);
      if (wasOut) this.#log.info('endpoint is enabled', { pool: pool.name, endpoint: endpoint.name });
    }
  }

  /** What a name stands for, which is not nothing. */
  #find(name: string): FoundEndpoints {
    const found = findEndpoints(this.#pools(), name);
    if (found.endpoints.length === 0) {
      throw new OrderError('refused', `${found.name} has no endpoint at present: its name stands for none`);
    }
    return found;
  }

  #waitFor(endpoint: Endpoint): AbortController {
    let wait = this.#waits.get(endpoint);
    if (wait === undefined) this.#waits.set(endpoint, (wait = new AbortController()));
    return wait;
  }

  /** Logs what was done to endpoints; gives what the operator may not be aware of. */
  #tell(words: string, pool: Pool, endpoints: readonly Endpoint[]): string[] {
    const warnings = warningsOf(pool);
    for (const { name } of endpoints) {
      const facts = { pool: pool.name, endpoint: name };
      if (warnings.length === 0) this.#log.info(words, facts);
      else this.#log.warn([words, ...warnings].join('; '), facts);
    }
    return warnings;
  }
}

/** What an operator may not be aware of. */
export function warningsOf({ name, ledger }: Pool): string[] {
  return ledger.anyEnabled() ? [] : [`nothing else of the pool ${name} is enabled: requests get 503`];
}
