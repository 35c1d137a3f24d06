import type { PoolConfig, RouteConfig } from './config.ts';
import type { Mistake } from './config-error.ts';
import { DEFAULT_POOL } from './members.ts';
import { unknownWord } from './nearest.ts';
import { condition, plainRoute } from './route.ts';
import { poolsOf } from './route-pools.ts';
import type { Settings } from './schema.ts';

interface Placed {
  readonly route: RouteConfig;
  readonly path: readonly PropertyKey[];
}

/** The routes of `route`, or else of `routes`; a pool that is not there joins the mistakes. */
export function composeRoutes(
  settings: Settings,
  flags: ReadonlySet<string>,
  pools: readonly PoolConfig[],
  mistakes: Mistake[],
): RouteConfig[] {
  const short = (settings.route ?? []).map((route, i): Placed => ({ route, path: ['route', i] }));
  const long = (settings.routes ?? []).map(toRoute);
  if (short.length > 0 && long.length > 0 && !flags.has('route')) {
    mistakes.push({ path: ['route'], message: 'there are routes under the key routes: add these there' });
  }
  const placed = short.length > 0 ? short : long;
  const names = pools.map(pool => pool.name);
  for (const { route, path } of placed) {
    for (const pool of poolsOf(route.action)) {
      if (!names.includes(pool)) mistakes.push({ path, message: unknownWord('pool', pool, names) });
    }
  }
  if (placed.length === 0 && names.length > 1 && !names.includes(DEFAULT_POOL)) {
    const message = `there are the pools ${names.join(', ')}, but no route and no pool ${DEFAULT_POOL}: add --route '-> ${names[0]}', or routes in the file`;
    mistakes.push({ path: [], message });
  }
  const routes = placed.map(({ route }, i) => ({ ...route, name: route.name || `route-${i + 1}` }));
  checkNames(routes, placed, names, mistakes);
  return routes;
}

/** A command says the name of a pool or of a route, so all of them have to differ. */
function checkNames(
  routes: readonly RouteConfig[],
  placed: readonly Placed[],
  pools: readonly string[],
  mistakes: Mistake[],
): void {
  const seen = new Set<string>();
  for (const [i, { name }] of routes.entries()) {
    const other = seen.has(name) ? 'another route' : pools.includes(name) ? 'a pool' : undefined;
    seen.add(name);
    if (other === undefined) continue;
    const path = placed[i]!.path.slice(0, 2);
    mistakes.push({ path, message: `the route is called ${name}, and so is ${other}: give it another name` });
  }
}

function toRoute(route: NonNullable<Settings['routes']>[number], i: number): Placed {
  const { host, method, path } = route.match ?? {};
  const conditions = [
    ...(host === undefined ? [] : [condition('host', host)]),
    ...(method === undefined ? [] : [condition('method', method)]),
    ...(path === undefined ? [] : [condition('path', [path])]),
  ];
  return { path: ['routes', i, 'pool'], route: plainRoute(route.name ?? '', conditions, route.pool) };
}
