import type { BackendConfig, PoolConfig } from '../config/config.ts';
import type { Protocol } from '../protocol.ts';
import { Endpoint } from './endpoint.ts';
import { LEAVING } from './ledger.ts';
import { type Place, placeOf, sameBackend } from './place.ts';
import type { Surroundings } from './surroundings.ts';

/** The endpoints of a pool, as they come and go. */
export class Members {
  /** In the order of the configuration, behind it what has joined beside that; one that left stays until it has finished. */
  all: readonly Endpoint[];
  /** Endpoints that leave when they have finished. */
  readonly #parting = new Set<Endpoint>();
  readonly #protocolOf: (scheme: string) => Protocol;
  readonly #around: Surroundings;
  #config: PoolConfig;

  /** Those of backends that do not expand. Throws if `protocolOf` does, and if the ledger has no room. */
  constructor(config: PoolConfig, protocolOf: (scheme: string) => Protocol, around: Surroundings) {
    this.#config = config;
    this.#protocolOf = protocolOf;
    this.#around = around;
    this.all = config.backends.filter(standsStill).map(backend => this.#endpoint(backend, placeOf(backend)));
  }

  /** Those that have not been told to leave. */
  get staying(): Endpoint[] {
    return this.all.filter(endpoint => !this.#parting.has(endpoint));
  }

  /** Adds an endpoint of a backend, behind all others until they are put in order. */
  join(backend: BackendConfig, place: Place = placeOf(backend)): Endpoint {
    const endpoint = this.#endpoint(backend, place);
    this.all = [...this.all, endpoint];
    return endpoint;
  }

  /** Has an endpoint finish what it has and go; false: it is on its way already. */
  leave(endpoint: Endpoint, reason: string): boolean {
    if (this.#parting.has(endpoint) || !this.all.includes(endpoint)) return false;
    this.#parting.add(endpoint);
    endpoint.leaving = true;
    endpoint.standing.set(LEAVING, reason);
    endpoint.windUp(reason);
    endpoint.whenEmpty(() => this.#part(endpoint));
    return true;
  }

  /** Endpoints of backends that are still named go on as they are, those of others leave, and new backends join. */
  configure(config: PoolConfig): void {
    this.#config = config;
    for (const endpoint of this.staying) {
      const backend = config.backends.find(each => sameBackend(each, endpoint.backend));
      if (backend !== undefined) endpoint.configure(backend, config);
      else this.leave(endpoint, 'the configuration names its backend no more');
    }
    const { staying } = this;
    for (const backend of config.backends.filter(standsStill)) {
      if (!staying.some(endpoint => sameBackend(backend, endpoint.backend))) this.join(backend);
    }
    this.putInOrder();
  }

  /** What leaves comes last; addresses of one backend stay in the order in which they came. */
  putInOrder(): void {
    this.all = this.all.toSorted((a, b) => this.#rank(a) - this.#rank(b));
  }

  #rank(endpoint: Endpoint): number {
    const { backends } = this.#config;
    if (this.#parting.has(endpoint)) return backends.length + 1;
    const at = backends.findIndex(backend => sameBackend(backend, endpoint.backend));
    return at < 0 ? backends.length : at;
  }

  #endpoint(backend: BackendConfig, place: Place): Endpoint {
    const around = { ...this.#around, config: this.#config };
    return new Endpoint(backend, place, this.#protocolOf(backend.scheme), around);
  }

  #part(endpoint: Endpoint): void {
    this.#parting.delete(endpoint);
    this.all = this.all.filter(other => other !== endpoint);
    endpoint.ledger.vacate(endpoint.index);
    endpoint.standing.depart();
    endpoint.traffic.depart();
  }
}

/** Whether a backend is one endpoint for as long as it is configured. */
function standsStill({ expand }: BackendConfig): boolean {
  return expand === 'no';
}
