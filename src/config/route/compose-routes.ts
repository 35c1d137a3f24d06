import type { PoolConfig, RouteConfig } from '../config.ts';
import { DEFAULT_POOL } from '../members.ts';
import { unknownWord } from '../nearest.ts';
import { poolsOf } from '../route-pools.ts';
import type { Settings } from '../schema.ts';
import type { Composing } from '../source.ts';
import { composeErrorPages } from './compose-error-pages.ts';
import { faultsOf } from './faults.ts';
import { fromFile } from './from-file.ts';
import type { RouteWords } from './route-words.ts';
import { toRewrite } from './to-rewrite.ts';

interface PlacedRoute {
  readonly words: RouteWords;
  readonly path: readonly PropertyKey[];
  /** Whether its parts have keys of their own. */
  readonly inFile: boolean;
}

/** The routes of `route`, or else of `routes`; what is wrong with them joins the mistakes. */
export function composeRoutes(
  settings: Settings,
  pools: readonly PoolConfig[],
  composing: Composing,
): RouteConfig[] {
  const { flags, mistakes } = composing;
  const short = (settings.route ?? []).map(
    (words, i): PlacedRoute => ({ words, path: ['route', i], inFile: false }),
  );
  const long = (settings.routes ?? []).map(
    (route, i): PlacedRoute => ({ words: fromFile(route), path: ['routes', i], inFile: true }),
  );
  if (short.length > 0 && long.length > 0 && !flags.has('route')) {
    mistakes.push({ path: ['route'], message: 'there are routes under the key routes: add these there' });
  }
  const placed = short.length > 0 ? short : long;
  const names = pools.map(pool => pool.name);
  if (placed.length === 0 && names.length > 1 && !names.includes(DEFAULT_POOL)) {
    const message = `there are the pools ${names.join(', ')}, but no route and no pool ${DEFAULT_POOL}: add --route '-> ${names[0]}', or routes in the file`;
    mistakes.push({ path: [], message });
  }
  const routes = placed.map((one, i) => composeRoute(one, i, settings, composing));
  for (const [i, one] of placed.entries()) checkPools(one, routes[i]!, names, composing);
  checkNames(routes, placed, names, composing);
  refuseUnread(routes, composing);
  return routes;
}

function refuseUnread(routes: readonly RouteConfig[], { given, mistakes }: Composing): void {
  const key = 'read-your-writes';
  if (!given.has(key) || routes.some(({ action }) => action.kind === 'pool' && action.reads !== '')) return;
  mistakes.push({ path: [key], message: 'all is read where it is written: add reads POOL to a route' });
}

function composeRoute(
  { words, path, inFile }: PlacedRoute,
  i: number,
  settings: Settings,
  composing: Composing,
): RouteConfig {
  const rewrite = toRewrite(words.rewrite);
  for (const { keys, message } of faultsOf(words, rewrite)) {
    composing.mistakes.push(
      inFile ? { path: [...path, ...keys], message } : { path, message: `${keys.join(' ')}: ${message}` },
    );
  }
  return {
    name: words.name ?? `route-${i + 1}`,
    conditions: words.conditions,
    internal: words.internal ?? false,
    action: actionOf(words, settings),
    rewrite,
    errorPages: composeErrorPages(words.errors ?? [], inFile ? [...path, 'errors'] : path, composing),
  };
}

function actionOf(words: RouteWords, settings: Settings): RouteConfig['action'] {
  const { action, reads = '', canary, mirror } = words;
  if (action.kind !== 'pool') return action;
  const readYourWrites = reads === '' ? 0 : (words['read-your-writes'] ?? settings['read-your-writes'] ?? 0);
  return { kind: 'pool', pool: action.pool, reads, readYourWrites, canary, mirror };
}

function checkPools(
  { path, inFile }: PlacedRoute,
  { action }: RouteConfig,
  names: readonly string[],
  { mistakes }: Composing,
): void {
  for (const pool of new Set(poolsOf(action))) {
    if (names.includes(pool)) continue;
    const keys = inFile && action.kind === 'pool' ? keyOf(pool, action) : [];
    mistakes.push({ path: [...path, ...keys], message: unknownWord('pool', pool, names) });
  }
}

/** The key under which a route of the file names a pool. */
function keyOf(name: string, action: Extract<RouteConfig['action'], { kind: 'pool' }>): readonly string[] {
  if (action.pool === name) return ['pool'];
  if (action.reads === name) return ['reads'];
  return action.canary?.pool === name ? ['canary', 'pool'] : ['mirror', 'pool'];
}

/** A command says the name of a pool or of a route, so all of them have to differ. */
function checkNames(
  routes: readonly RouteConfig[],
  placed: readonly PlacedRoute[],
  pools: readonly string[],
  { mistakes }: Composing,
): void {
  const seen = new Set<string>();
  for (const [i, { name }] of routes.entries()) {
    const other = seen.has(name) ? 'another route' : pools.includes(name) ? 'a pool' : undefined;
    seen.add(name);
    if (other === undefined) continue;
    const message = `the route is called ${name}, and so is ${other}: give it another name`;
    mistakes.push({ path: placed[i]!.path, message });
  }
}
