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

/** The pool or route of that name, `pool:NAME` or `route:NAME` where both have it; throws OrderError. */
export function findTarget(pools: PoolsByName, routes: readonly Route[], name: string): HoldTarget {
  const [, kind, rest] = /^(pool|route):(.*)$/.exec(name) ?? [];
  const pool = kind === 'route' ? undefined : pools.get(kind === undefined ? name : rest!);
  const route = kind === 'pool' ? undefined : routes.find(each => each.name === (rest ?? name));
  if (pool !== undefined && route !== undefined) {
    throw new OrderError(
      'invalid',
      `a pool and a route are called ${name}: say pool:${name} or route:${name}`,
    );
  }
  if (pool !== undefined) return poolTarget(pool);
  if (route !== undefined) return routeTarget(route);
  const known = [...pools.keys(), ...routes.map(each => each.name)];
  throw new OrderError('unknown', unknownWord(kind ?? 'pool or route', rest ?? name, known));
}
