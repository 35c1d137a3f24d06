import type { Pool } from '../pool/pool.ts';
import { Route } from './route.ts';

const known = new WeakMap<Route, Map<Pool, StandIn>>();

/** The way of a route's exchanges to another pool than its own: at the route they count as under way. */
export class StandIn extends Route {
  private readonly origin: Route;

  private constructor(origin: Route, pool: Pool) {
    super(pool, origin.name);
    this.origin = origin;
  }

  /** The way from a route to a pool that stands in for its own, always the same. */
  static of(route: Route, pool: Pool): StandIn {
    const origin = route instanceof StandIn ? route.origin : route;
    const ways = known.get(origin) ?? new Map<Pool, StandIn>();
    known.set(origin, ways);
    const way = ways.get(pool) ?? new StandIn(origin, pool);
    ways.set(pool, way);
    way.writes = origin.writes;
    return way;
  }

  override enter(apart: boolean): void {
    this.origin.enter(apart);
  }

  override tunnelBegun(apart: boolean): void {
    this.origin.tunnelBegun(apart);
  }

  override leave(apart: boolean, tunnel: boolean): void {
    this.origin.leave(apart, tunnel);
  }
}
