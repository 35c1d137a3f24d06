import type { RouteConfig } from '../config/config.ts';
import type { Exchange } from '../exchange.ts';
import type { Onward } from '../onward.ts';
import type { Pools } from '../pools.ts';
import { Mirror } from './mirror.ts';

/** The mirrors of a configuration, by the names of their routes. */
export class Mirrors {
  readonly #byRoute = new Map<string, Mirror>();

  /** Every mirror's pool has to be among the pools. */
  constructor(routes: readonly RouteConfig[], pools: Pools, onward: Pick<Onward, 'log' | 'space'>) {
    for (const { name, action } of routes) {
      const config = action.kind === 'pool' ? action.mirror : undefined;
      const pool = config && pools.byName.get(config.pool);
      if (config && pool) this.#byRoute.set(name, new Mirror(config, pool, pools, onward));
    }
  }

  /** Whether no route has any. */
  get none(): boolean {
    return this.#byRoute.size === 0;
  }

  /** Copies an exchange that is about to go to the pool of its route, if that has a mirror; once at most. */
  copy(exchange: Exchange): void {
    if (exchange.copy === null) this.#byRoute.get(exchange.routeName)?.copy(exchange);
  }
}
