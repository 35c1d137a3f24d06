import type { BackendConfig } from '../config/config.ts';
import type { ErrorKind } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Changed } from '../resolver/known-places.ts';
import { keyOf, type ResolvedPlace } from '../resolver/question.ts';
import type { Resolver } from '../resolver/resolver.ts';
import type { Watch } from '../resolver/watch.ts';
import { absenceOf } from './absence.ts';
import { doubtful } from './doubtful.ts';
import type { Endpoint, EndpointWatcher } from './endpoint.ts';
import type { Place } from './place.ts';
import type { Pool } from './pool.ts';

/** One backend whose name stands for several endpoints: they join and leave as its name says. */
export class ExpandedBackend implements EndpointWatcher {
  /** As configured at present. */
  backend: BackendConfig;
  readonly #watch: Watch;
  readonly #pool: Pool;
  readonly #log: Log;
  #members = new Map<string, Endpoint>();

  /** Joins what is known at once. `changed`: endpoints may have come or gone, or the first lookup is over. */
  constructor(backend: BackendConfig, pool: Pool, resolver: Resolver, log: Log, changed: () => void) {
    this.backend = backend;
    this.#pool = pool;
    this.#log = log;
    const { host, family } = backend;
    const kind = backend.expand === 'services' ? 'services' : 'addresses';
    const heard: Changed = (places, reason) => {
      this.#follow(places, reason);
      changed();
    };
    this.#watch = resolver.watch({ host, kind, family }, heard, () => [pool.name]);
    this.#follow(this.#watch.places ?? [], '');
    if (!this.#watch.settled) void this.#watch.first.then(changed);
  }

  /** Whether the first lookup is under way. */
  get pending(): boolean {
    return !this.#watch.settled;
  }

  /** Resolves when the first lookup is over. */
  get first(): Promise<void> {
    return this.#watch.first;
  }

  /** Why it has no endpoint; empty: it has some, or its first lookup is under way. */
  get absence(): string {
    return absenceOf(this.backend.host, this.#watch);
  }

  failed(kind: ErrorKind): void {
    if (doubtful(kind)) this.#watch.doubt();
  }

  /** Follows its name no more; its endpoints are left to the pool. */
  close(): void {
    this.#watch.close();
  }

  /** New ones join before others leave, so that the pool is not empty in between. */
  #follow(places: readonly ResolvedPlace[], reason: string): void {
    this.#pool.change(() => this.#replace(places, reason));
  }

  #replace(places: readonly ResolvedPlace[], reason: string): void {
    const before = this.#members;
    const tiers = tiersOf(places);
    this.#members = new Map();
    for (const place of places) {
      const key = keyOf(place);
      const endpoint = this.#endpointAt(this.#placeOf(place, tiers.get(place.priority)!), before.get(key));
      if (endpoint !== undefined) this.#members.set(key, endpoint);
    }
    for (const [key, endpoint] of before) {
      if (!this.#members.has(key)) this.#pool.leave(endpoint, this.#partingWords(reason));
    }
  }

  /** The same as before if there was one; undefined: there is no room for one more. */
  #endpointAt(place: Place, before: Endpoint | undefined): Endpoint | undefined {
    if (before === undefined) return this.#join(place);
    if (place.tier !== before.place.tier || place.weight !== before.place.weight)
      this.#pool.rank(before, place);
    return before;
  }

  #join(place: Place): Endpoint | undefined {
    try {
      const endpoint = this.#pool.join(this.backend, place);
      endpoint.watcher = this;
      return endpoint;
    } catch (error) {
      const facts = { pool: this.#pool.name, endpoint: place.name, reason: (error as Error).message };
      this.#log.warn('an address cannot join its pool', facts);
      return undefined;
    }
  }

  #placeOf(place: ResolvedPlace, tier: number): Place {
    const { backend } = this;
    return {
      name: `${backend.name}/${keyOf(place)}`,
      host: place.address,
      port: place.port || backend.port,
      target: place.target || backend.host,
      tier,
      weight: place.weight,
    };
  }

  #partingWords(reason: string): string {
    return reason === '' ? `${this.backend.host} stands for it no more` : `${this.backend.host}: ${reason}`;
  }
}

/** The lowest priority is the first tier, the next one the second and so on. */
function tiersOf(places: readonly ResolvedPlace[]): Map<number, number> {
  const priorities = [...new Set(places.map(({ priority }) => priority))].sort((a, b) => a - b);
  return new Map(priorities.map((priority, i) => [priority, i]));
}
