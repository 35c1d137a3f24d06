import { isDeepStrictEqual } from 'node:util';
import type { PoolConfig } from './config/config.ts';
import type { Pool } from './pool/pool.ts';
import { type Site, siteOf } from './site/site.ts';

/** Who makes the pools of a gateway, and hears of their end. */
export interface PoolMaker {
  make(config: PoolConfig): Pool;
  /** A pool has another configuration now. */
  changed(pool: Pool): void;
  /** A pool that the configuration names no more has finished all it had. */
  finished(pool: Pool): void;
}

/** All pools of a gateway, with the site in front of each. */
export class Pools {
  readonly #maker: PoolMaker;
  #byName: ReadonlyMap<string, Pool>;
  readonly #sites = new Map<Pool, Site>();
  /** Those that the configuration names no more, and that have not finished. */
  readonly #leaving = new Set<Pool>();
  #started = false;

  /** Throws if the maker does. */
  constructor(configs: readonly PoolConfig[], maker: PoolMaker) {
    this.#maker = maker;
    this.#byName = new Map(configs.map(config => [config.name, maker.make(config)]));
    for (const pool of this.#byName.values()) this.#lookAtSite(pool);
  }

  /** The pools serve from now on, and so does each that is new later. */
  start(): void {
    this.#started = true;
    for (const pool of this.#byName.values()) pool.start();
  }

  /** Those that the configuration names. */
  get byName(): ReadonlyMap<string, Pool> {
    return this.#byName;
  }

  /** Those that the configuration names, and behind them those that have yet to finish. */
  get all(): readonly Pool[] {
    return [...this.#byName.values(), ...this.#leaving];
  }

  /** What stands before the backends of a pool and knows their files; undefined: nothing. */
  siteOf(pool: Pool): Site | undefined {
    return this.#sites.get(pool);
  }

  /** Has a pool go by another configuration of its name, unless it does already. */
  configure(pool: Pool, config: PoolConfig): void {
    if (isDeepStrictEqual(pool.config, config)) return;
    pool.configure(config);
    this.#lookAtSite(pool);
    this.#maker.changed(pool);
  }

  /**
   * Goes over to other configurations: a pool whose configuration stays is not touched, one that has another takes it over,
   * and one that is named no more finishes what it has. Throws if the maker does, and nothing has changed then.
   */
  follow(configs: readonly PoolConfig[]): void {
    const before = this.#byName;
    const made = configs.filter(({ name }) => !before.has(name)).map(config => this.#maker.make(config));
    const joining = new Map(made.map(pool => [pool.name, pool]));
    this.#byName = new Map(configs.map(({ name }) => [name, before.get(name) ?? joining.get(name)!]));
    for (const pool of made) {
      this.#lookAtSite(pool);
      if (this.#started) pool.start();
    }
    for (const config of configs) this.configure(this.#byName.get(config.name)!, config);
    for (const pool of before.values()) if (!this.#byName.has(pool.name)) this.#leave(pool);
  }

  #leave(pool: Pool): void {
    this.#leaving.add(pool);
    pool.retire(() => {
      this.#leaving.delete(pool);
      this.#sites.delete(pool);
      this.#maker.finished(pool);
    });
  }

  #lookAtSite(pool: Pool): void {
    const site = siteOf(pool.config);
    if (site === undefined) this.#sites.delete(pool);
    else this.#sites.set(pool, site);
  }
}
