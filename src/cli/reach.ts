import type { Config, PoolConfig } from '../config/config.ts';
import { poolsOf } from '../config/route-pools.ts';
import { type Conditions, covers, follows } from './covers.ts';
import { shadowsOf } from './shadows.ts';

const EVERYTHING: Conditions = { conditions: [], internal: false };

/** Whether conditions cannot hold at once, as far as their texts tell: what one asks for another excludes. */
export function contradicts({ conditions }: Conditions): boolean {
  return conditions.some(
    one =>
      one.negated && conditions.some(other => !other.negated && follows({ ...one, negated: false }, other)),
  );
}

/** The pool of what no route matches; undefined: it is answered 404. */
export function restPool({ routes, pools }: Pick<Config, 'routes' | 'pools'>): string | undefined {
  if (pools.some(({ name }) => name === 'default')) return 'default';
  return routes.length === 0 && pools.length === 1 ? pools[0]!.name : undefined;
}

/** The pools that no request comes to, be it by a route, in place of another pool, or by the answer of a backend. */
export function unreached({ routes, pools }: Pick<Config, 'routes' | 'pools'>): PoolConfig[] {
  const reached = new Set<string>();
  const reach = (name: string): void => {
    const pool = pools.find(other => other.name === name);
    if (pool === undefined || reached.has(name)) return;
    reached.add(name);
    for (const next of onwards(pool)) reach(next);
  };
  const shadows = shadowsOf(routes);
  for (const [i, route] of routes.entries()) {
    if (shadows[i] !== undefined || contradicts(route)) continue;
    for (const pool of poolsOf(route.action)) reach(pool);
  }
  const rest = routes.some(route => covers(route, EVERYTHING)) ? undefined : restPool({ routes, pools });
  if (rest !== undefined) reach(rest);
  return pools.filter(({ name }) => !reached.has(name));
}

function onwards({ fallback, directs }: PoolConfig): readonly string[] {
  return [...(fallback === '' ? [] : [fallback]), ...directs.rewritePools, ...directs.reproxyPools];
}
