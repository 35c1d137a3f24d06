import type { PoolActionConfig } from '../config/config.ts';
import type { Exchange } from '../exchange.ts';
import type { Pool } from '../pool/pool.ts';
import { Canary } from './canary.ts';
import { type Role, Route } from './route.ts';

/** What branches need besides their configuration. */
export interface BranchMeans {
  readonly pools: ReadonlyMap<string, Pool>;
  readonly random: () => number;
}

/** The ways of a route to other pools than its own, and which requests go there. */
export class Branches {
  readonly all: readonly Route[];
  readonly #trunk: Route;
  readonly #canary: Canary | null;
  readonly #toCanary: Route | null;
  readonly #toWished: Route | null;
  readonly #toReads: Route | null;

  /** Of branches before, those that lead where they led go on. */
  constructor(trunk: Route, action: PoolActionConfig, means: BranchMeans, before: Branches | null) {
    const to = (role: Role, name: string | undefined): Route | null => {
      const pool = means.pools.get(name ?? '');
      if (pool === undefined) return null;
      const same = before?.branch(role);
      return same?.trunk === trunk && same.pool === pool ? same : new Route(pool, trunk.name, trunk, role);
    };
    this.#trunk = trunk;
    this.#canary = action.canary === undefined ? null : new Canary(action.canary, means.random);
    this.#toCanary = to('canary', action.canary?.pool);
    this.#toWished = to('wished', action.canary?.pool);
    this.#toReads = to('reads', action.reads);
    this.all = [this.#toCanary, this.#toWished, this.#toReads].filter(branch => branch !== null);
    for (const branch of this.all) {
      branch.editor = trunk.editor;
      branch.pool.ledger.dispensable = true;
      branch.writes = trunk.writes;
    }
  }

  /** Undefined: the route has none for that. */
  branch(role: Role): Route | undefined {
    return this.all.find(branch => branch.role === role);
  }

  /** The branch for an exchange, or the route itself. A canary comes before all else; what is up nowhere else goes to the route. */
  choose(exchange: Exchange): Route {
    for (const { pool } of this.all) if (pool.sticky !== null) pool.sticky.take(exchange);
    const canary = this.#toCanary;
    if (canary !== null) {
      const wish = this.#canary!.wish(exchange);
      if (wish === true) return this.#toWished!;
      if (wish === undefined && this.#canary!.takes(exchange) && this.#isServing(canary)) return canary;
    }
    const reads = this.#toReads;
    return reads !== null && this.#reads(exchange) && this.#isServing(reads) ? reads : this.#trunk;
  }

  /** Whether an exchange only reads, and may read what is a little old. What is upgraded can carry anything. */
  #reads(exchange: Exchange): boolean {
    const { method, upgrade } = exchange;
    if ((method !== 'GET' && method !== 'HEAD') || upgrade !== undefined) return false;
    return this.#trunk.writes === null || !this.#trunk.writes.isFresh(exchange);
  }

  /** Whether something is up there. */
  #isServing({ pool }: Route): boolean {
    if (pool.serves) return true;
    pool.fallback.begin(this.#trunk.pool.name, 'nothing is up in it');
    return false;
  }
}
