import type { Config, PoolConfig, RewriteConfig, RouteConfig } from '../config/config.ts';
import { runsScripts } from '../config/for-applications.ts';
import { poolsOf } from '../config/route-pools.ts';

/** What a route would change of requests, but never does; one line each. */
export function rewriteWarnings({ pools }: Config, route: RouteConfig): string[] {
  if (route.rewrite === undefined) return [];
  return [...idlePrefixes(route, route.rewrite), ...unheard(pools, route, route.rewrite)];
}

/** A path that a route asks for is matched decoded, and so it is held against a prefix. */
function idlePrefixes({ name, conditions }: RouteConfig, { path }: RewriteConfig): string[] {
  const asked = conditions.find(({ kind, negated }) => kind === 'path' && !negated)?.values ?? [];
  if (asked.length === 0 || asked.some(value => value.startsWith('~'))) return [];
  return path
    .filter(
      ({ kind, from }) => kind === 'prefix' && !asked.some(value => meets(decoded(value), decoded(from))),
    )
    .map(
      ({ from, to }) =>
        `route ${name}: prefix ${from} ${to} changes nothing, for no path of the route begins with ${from}`,
    );
}

/** Whether a path that the route asks for can begin with the prefix. */
function meets(asked: string, prefix: string): boolean {
  const from = `${prefix.replace(/\/+$/, '')}/`;
  if (!asked.endsWith('/*')) return `${asked}/`.startsWith(from);
  const folder = asked.slice(0, -1);
  return folder.startsWith(from) || from.startsWith(folder);
}

function decoded(path: string): string {
  return path.replace(/%[\da-f]{2}/gi, written => String.fromCharCode(Number.parseInt(written.slice(1), 16)));
}

const OF_SCRIPTS = [
  ['docroot', 'docroot'],
  ['scriptName', 'script-name'],
  ['pathInfo', 'path-info'],
] as const;

/** Only applications of the CGI family are told of scripts. */
function unheard(
  pools: readonly PoolConfig[],
  { name, action }: RouteConfig,
  rewrite: RewriteConfig,
): string[] {
  const told = OF_SCRIPTS.filter(([key]) => rewrite[key] !== '').map(([, written]) => written);
  const served = withFallbacks(pools, poolsOf(action));
  if (told.length === 0 || served.some(({ backends }) => runsScripts(backends))) return [];
  return [
    `route ${name}: ${told.join(', ')}: nobody hears of it, for the pool ${served[0]?.name ?? ''} has no backend of the schemes fcgi, scgi, uwsgi or cgi`,
  ];
}

function withFallbacks(pools: readonly PoolConfig[], names: readonly string[]): PoolConfig[] {
  const found = new Set<PoolConfig>();
  const add = (name: string): void => {
    const pool = pools.find(other => other.name === name);
    if (pool === undefined || found.has(pool)) return;
    found.add(pool);
    add(pool.fallback);
  };
  for (const name of names) add(name);
  return [...found];
}
