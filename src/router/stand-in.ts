import type { Pool } from '../pool/pool.ts';
import { Route } from './route.ts';

const known = new WeakMap<Route, Map<Pool, StandIn>>();

/** The way of a route's exchanges to another pool than its own: they have passed the gate of the route, and count there. */
export class StandIn extends Route {
  /** The way from a route to a pool that stands in for its own, always the same. */
  static of({ trunk }: Route, pool: Pool): StandIn {
    const ways = known.get(trunk) ?? new Map<Pool, StandIn>();
    known.set(trunk, ways);
    const way = ways.get(pool) ?? new StandIn(pool, trunk.name, trunk);
    ways.set(pool, way);
    way.writes = trunk.writes;
    return way;
  }
}

/** The pools that have stood in for those of a route so far. */
export function poolsStandingInFor({ trunk }: Route): Iterable<Pool> {
  return known.get(trunk)?.keys() ?? [];
}
