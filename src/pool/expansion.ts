import type { BackendConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Resolver } from '../resolver/resolver.ts';
import type { Endpoint } from './endpoint.ts';
import { ExpandedBackend } from './expanded-backend.ts';
import { HostLookup, isNamedWhole } from './host-lookup.ts';
import { sameBackend } from './place.ts';
import type { Pool } from './pool.ts';
import type { Supply } from './supply.ts';

/** The names in the backends of a pool: those that stand for all that they resolve to, and those that are one endpoint. */
export class Expansion implements Supply {
  readonly #pool: Pool;
  readonly #resolver: Resolver;
  readonly #log: Log;
  #backends: ExpandedBackend[] = [];
  /** By host and family. */
  readonly #hosts = new Map<string, HostLookup>();
  #closed = false;

  /** Begins to look the names up. */
  constructor(pool: Pool, resolver: Resolver, log: Log) {
    this.#pool = pool;
    this.#resolver = resolver;
    this.#log = log;
    pool.absence = () => this.#absence();
    // What starts processes for the pool says itself whether some are to come.
    pool.supply ??= this;
    this.follow();
  }

  /** Claims may wait while a name is looked up for the first time: a start is no burst of refusals. */
  get expected(): boolean {
    return this.#backends.some(({ pending }) => pending);
  }

  /** Resolves when every name was looked up once, well or not. */
  async first(): Promise<void> {
    await Promise.all([...this.#backends, ...this.#hosts.values()].map(({ first }) => first));
  }

  /** Nothing comes sooner because it is wanted. */
  wanted(): void {}

  /** Goes over to the backends that the pool is configured with now; endpoints of those that stay are not touched. */
  follow(): void {
    const before = this.#backends;
    const wanted = this.#pool.config.backends.filter(({ expand }) => expand !== 'no');
    this.#backends = wanted.map(backend => {
      const same = before.find(other => sameBackend(other.backend, backend));
      if (same === undefined)
        return new ExpandedBackend(backend, this.#pool, this.#resolver, this.#log, this.#changed);
      same.backend = backend;
      return same;
    });
    for (const backend of before) if (!this.#backends.includes(backend)) backend.close();
    this.#followHosts();
    this.#changed();
  }

  /** Follows no names any more; endpoints stay what they are. */
  close(): void {
    this.#closed = true;
    for (const backend of this.#backends) backend.close();
    for (const host of this.#hosts.values()) host.close();
    if (this.#pool.supply === this) this.#pool.supply = null;
  }

  /** Nobody waits for what will not come. */
  #changed = (): void => {
    const pool = this.#pool;
    if (this.#closed || pool.queued === 0 || pool.held) return;
    if (!pool.ledger.anyEnabled() && !pool.supply?.expected) pool.refuseQueued('no_endpoint');
  };

  #followHosts(): void {
    const wanted = new Map(this.#pool.config.backends.filter(isNamedWhole).map(each => [keyOf(each), each]));
    for (const [key, backend] of wanted) {
      if (!this.#hosts.has(key))
        this.#hosts.set(key, new HostLookup(backend, this.#pool.name, this.#resolver, this.#hostsChanged));
    }
    for (const endpoint of this.#pool.endpoints) {
      const host = this.#hostOf(endpoint);
      if (host === undefined) continue;
      endpoint.lookup = host.lookup;
      endpoint.watcher = host;
    }
    this.#judge();
    for (const [key, host] of this.#hosts) {
      if (wanted.has(key)) continue;
      host.close();
      this.#hosts.delete(key);
    }
  }

  #hostsChanged = (): void => {
    if (this.#closed) return;
    this.#judge();
    this.#changed();
  };

  /** Whether there is anybody at the endpoints of a pool that starts them itself is not for names to say. */
  #judge(): void {
    if (this.#pool.config.spawn !== undefined) return;
    for (const endpoint of this.#pool.present) this.#hostOf(endpoint)?.judge(endpoint);
  }

  #hostOf({ backend }: Endpoint): HostLookup | undefined {
    return isNamedWhole(backend) ? this.#hosts.get(keyOf(backend)) : undefined;
  }

  #absence(): string {
    if (this.#pool.present.some(({ absent }) => !absent)) return '';
    return [...this.#backends, ...this.#hosts.values()]
      .map(({ absence }) => absence)
      .filter(words => words !== '')
      .join('; ');
  }
}

function keyOf({ host, family }: BackendConfig): string {
  return `${family} ${host}`;
}
