import type { Config, PoolConfig, RouteConfig } from '../config/config.ts';

type Conditions = Pick<RouteConfig, 'hosts' | 'methods' | 'path'>;

const EVERYTHING: Conditions = { hosts: [], methods: [], path: undefined };

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
    if (shadowOf(routes, i) === undefined) reached.add(route.pool);
  }
  if (!routes.some(route => covers(route, EVERYTHING))) reached.add(restPool({ routes, pools }));
  return pools.filter(({ name }) => !reached.has(name));
}

function covers(wide: Conditions, narrow: Conditions): boolean {
  return (
    includesAll(wide.hosts, narrow.hosts) &&
    includesAll(wide.methods, narrow.methods) &&
    coversPath(wide.path, narrow.path)
  );
}

/** An empty list stands for all there are. */
function includesAll(wide: readonly string[], narrow: readonly string[]): boolean {
  if (wide.length === 0) return true;
  return narrow.length > 0 && narrow.every(one => wide.includes(one));
}

function coversPath(wide: string | undefined, narrow: string | undefined): boolean {
  if (wide === undefined || wide === narrow) return true;
  // Without a path a route takes the target of OPTIONS *, too, which no pattern matches.
  if (narrow === undefined || !wide.endsWith('/*')) return false;
  const folder = wide.slice(0, -1);
  return narrow.startsWith(folder) || narrow === folder.slice(0, -1);
}
