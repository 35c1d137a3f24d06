import type { ConditionConfig, Config, PoolConfig, RouteConfig } from '../config/config.ts';
import { poolsOf } from '../config/route-pools.ts';

type Conditions = Pick<RouteConfig, 'conditions'>;

const EVERYTHING: Conditions = { conditions: [] };

/** The route that takes all that another one matches before that is asked; undefined: there is none. */
export function shadowOf(routes: readonly RouteConfig[], index: number): RouteConfig | undefined {
  return routes.slice(0, index).find(before => covers(before, routes[index]!));
}

/** The pool of what no route matches; undefined: it is answered 404. */
export function restPool({ routes, pools }: Pick<Config, 'routes' | 'pools'>): string | undefined {
  if (pools.some(({ name }) => name === 'default')) return 'default';
  return routes.length === 0 && pools.length === 1 ? pools[0]!.name : undefined;
}

/** The pools that no request comes to. */
export function unreached({ routes, pools }: Pick<Config, 'routes' | 'pools'>): PoolConfig[] {
  const reached = new Set<string | undefined>();
  for (const [i, route] of routes.entries()) {
    if (shadowOf(routes, i) !== undefined) continue;
    for (const pool of poolsOf(route.action)) reached.add(pool);
  }
  if (!routes.some(route => covers(route, EVERYTHING))) reached.add(restPool({ routes, pools }));
  return pools.filter(({ name }) => !reached.has(name));
}

/** Whether each condition of the wide one holds wherever all of the narrow one's do, as far as their texts tell. */
function covers(wide: Conditions, narrow: Conditions): boolean {
  return wide.conditions.every(one => narrow.conditions.some(other => follows(one, other)));
}

function follows(wide: ConditionConfig, narrow: ConditionConfig): boolean {
  if (wide.kind !== narrow.kind || wide.name !== narrow.name || wide.negated !== narrow.negated) return false;
  if (wide.negated) return wide.values.every(value => narrow.values.includes(value));
  if (wide.values.length === 0) return true;
  if (narrow.values.length === 0) return false;
  const covered = wide.kind === 'path' ? coversPath : Object.is;
  return narrow.values.every(value => wide.values.some(other => covered(other, value)));
}

function coversPath(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (!wide.endsWith('/*') || wide.startsWith('~')) return false;
  const folder = wide.slice(0, -1);
  return narrow.startsWith(folder) || narrow === folder.slice(0, -1);
}
