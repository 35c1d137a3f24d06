import { unknownWord } from '../config/nearest.ts';
import { OrderError } from '../control.ts';
import type { Gate } from '../pool/gate.ts';
import type { Pool } from '../pool/pool.ts';
import type { Route } from '../router/route.ts';
import type { PoolsByName } from './find.ts';

/** What can be held: a pool, or a route alone. */
export interface HoldTarget {
  readonly name: string;
  readonly pool: Pool;
  /** Undefined: it is the pool. */
  readonly route: Route | undefined;
  readonly gate: Gate;
}

export function poolTarget(pool: Pool): HoldTarget {
  return { name: pool.name, pool, route: undefined, gate: pool.gate };
}

export function routeTarget(route: Route): HoldTarget {
  return { name: route.name, pool: route.pool, route, gate: route.gate };
}

/** For messages: `pool app`, `route static`. */
export function wordsOf({ name, route }: HoldTarget): string {
  return `${route === undefined ? 'pool' : 'route'} ${name}`;
}

/** The pool or route of that name, which no two of them share; throws OrderError. */
export function findTarget(pools: PoolsByName, routes: readonly Route[], name: string): HoldTarget {
  const pool = pools.get(name);
  if (pool !== undefined) return poolTarget(pool);
  const route = routes.find(each => each.name === name);
  if (route !== undefined) return routeTarget(route);
  const known = [...pools.keys(), ...routes.map(each => each.name)];
  throw new OrderError('unknown', unknownWord('pool or route', name, known));
}
