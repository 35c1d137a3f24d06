import { OrderError, type Remainder } from '../control.ts';
import type { Log } from '../log/log.ts';
import type { Endpoint } from '../pool/endpoint.ts';
import type { Pool } from '../pool/pool.ts';
import { type FoundEndpoint, findEndpoint, type PoolsByName } from './find.ts';
import { untilEmpty } from './until-empty.ts';

/** By which operators take endpoints out of their pools and bring them back. */
export class Switches {
  readonly #pools: () => PoolsByName;
  readonly #log: Log;
  /** Those who wait for an endpoint to have finished, by what calls that off. */
  readonly #waits = new WeakMap<Endpoint, AbortController>();

  constructor(pools: () => PoolsByName, log: Log) {
    this.#pools = pools;
    this.#log = log;
  }

  /** As Control.drain; rejects with OrderError if the endpoint is brought back meanwhile. */
  async drain(name: string, limit: number, signal: AbortSignal): Promise<Remainder> {
    const found = findEndpoint(this.#pools(), name);
    const { endpoint } = found;
    if (!endpoint.draining) {
      endpoint.draining = true;
      this.#tell('endpoint drains: it finishes what it has and gets nothing new', found);
    }
    const warnings = warningsOf(found.pool);
    if (!this.#waits.has(endpoint)) this.#waits.set(endpoint, new AbortController());
    const { signal: broughtBack } = this.#waits.get(endpoint)!;
    const remainder = await untilEmpty([endpoint], limit, AbortSignal.any([signal, broughtBack]));
    if (broughtBack.aborted) {
      const message = `${endpoint.name} was enabled before it had finished: ${remainder.inFlight} in flight`;
      throw new OrderError('refused', message);
    }
    return warnings.length === 0 ? remainder : { ...remainder, warnings };
  }

  /** As Control.disable. */
  disable(name: string): { warnings?: string[] } {
    const found = findEndpoint(this.#pools(), name);
    if (!found.endpoint.disabled) {
      found.endpoint.disabled = true;
      this.#tell('endpoint is disabled', found);
    }
    const warnings = warningsOf(found.pool);
    return warnings.length === 0 ? {} : { warnings };
  }

  /** As Control.enable. */
  enable(name: string): void {
    const { pool, endpoint } = findEndpoint(this.#pools(), name);
    const wasOut = endpoint.draining || endpoint.disabled;
    endpoint.health.forget();
    endpoint.draining = false;
    endpoint.disabled = false;
    this.#waits.get(endpoint)?.abort();
    this.#waits.delete(endpoint);
    if (wasOut) this.#log.info('endpoint is enabled', { pool: pool.name, endpoint: endpoint.name });
  }

  #tell(words: string, { pool, endpoint }: FoundEndpoint): void {
    const facts = { pool: pool.name, endpoint: endpoint.name };
    const warnings = warningsOf(pool);
    if (warnings.length === 0) this.#log.info(words, facts);
    else this.#log.warn([words, ...warnings].join('; '), facts);
  }
}

/** What an operator may not be aware of. */
export function warningsOf({ name, ledger }: Pool): string[] {
  return ledger.anyEnabled() ? [] : [`nothing else of the pool ${name} is enabled: requests get 503`];
}
