import { Networks, parseNetwork, UNIX } from '../config/cidr.ts';
import type { ConditionConfig, Config, PoolConfig, RouteConfig } from '../config/config.ts';
import { poolsOf } from '../config/route-pools.ts';

type Conditions = Pick<RouteConfig, 'conditions' | 'internal'>;

const EVERYTHING: Conditions = { conditions: [], internal: false };

/** The route that takes all that another one matches before that is asked; undefined: there is none. */
export function shadowOf(routes: readonly RouteConfig[], index: number): RouteConfig | undefined {
  return routes.slice(0, index).find(before => covers(before, routes[index]!));
}

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
  for (const [i, route] of routes.entries()) {
    if (shadowOf(routes, i) !== undefined || contradicts(route)) continue;
    for (const pool of poolsOf(route.action)) reach(pool);
  }
  const rest = routes.some(route => covers(route, EVERYTHING)) ? undefined : restPool({ routes, pools });
  if (rest !== undefined) reach(rest);
  return pools.filter(({ name }) => !reached.has(name));
}

function onwards({ fallback, directs }: PoolConfig): readonly string[] {
  return [...(fallback === '' ? [] : [fallback]), ...directs.rewritePools, ...directs.reproxyPools];
}

/** Whether each condition of the wide one holds wherever all of the narrow one's do, as far as their texts tell. */
function covers(wide: Conditions, narrow: Conditions): boolean {
  if (wide.internal && !narrow.internal) return false;
  return wide.conditions.every(one => narrow.conditions.some(other => follows(one, other)));
}

function follows(wide: ConditionConfig, narrow: ConditionConfig): boolean {
  if (wide.kind !== narrow.kind || wide.name !== narrow.name || wide.negated !== narrow.negated) return false;
  // What excludes more lets less through.
  const [many, few] = wide.negated ? [narrow, wide] : [wide, narrow];
  if (many.values.length === 0) return true;
  if (few.values.length === 0) return false;
  return few.values.every(value => many.values.some(other => includes(wide.kind, other, value)));
}

function includes(kind: ConditionConfig['kind'], wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (wide.startsWith('~') || narrow.startsWith('~')) return false;
  switch (kind) {
    case 'path':
      return isBelow(wide, narrow);
    case 'host':
      return wide.startsWith('*.') && narrow.replace(/^\*/, '').endsWith(wide.slice(1));
    case 'client':
      return isWithin(wide, narrow);
    default:
      return false;
  }
}

function isBelow(wide: string, narrow: string): boolean {
  if (!wide.endsWith('/*')) return false;
  const folder = wide.slice(0, -1);
  return narrow.startsWith(folder) || narrow === folder.slice(0, -1);
}

function isWithin(wide: string, narrow: string): boolean {
  if (wide === UNIX || narrow === UNIX) return false;
  const [outer, inner] = [parseNetwork(wide), parseNetwork(narrow)];
  if (outer === undefined || inner === undefined || outer.groups.length !== inner.groups.length) return false;
  return outer.prefix <= inner.prefix && new Networks([wide]).contains(narrow.split('/')[0]!);
}
