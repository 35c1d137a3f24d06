import type { RouteConfig } from '../config/config.ts';
import type { Exchange } from '../exchange.ts';
import type { Pool } from '../pool/pool.ts';
import { matchingPath } from './matching-path.ts';

/** The pool that gets what no route matches. */
const DEFAULT = 'default';

/** Says which pool an exchange goes to: the first route that matches wins. */
export class Router {
  private readonly routes: readonly RouteConfig[];
  private readonly pools: ReadonlyMap<string, Pool>;
  private readonly fallback: Pool | undefined;
  private readonly byPath: boolean;

  /** Every route's pool has to be among the pools. Without routes and a pool `default`, the only pool gets everything. */
  constructor(routes: readonly RouteConfig[], pools: ReadonlyMap<string, Pool>) {
    this.routes = routes;
    this.pools = pools;
    this.byPath = routes.some(route => route.path !== undefined);
    const only = routes.length === 0 && pools.size === 1 ? [...pools.values()][0] : undefined;
    this.fallback = pools.get(DEFAULT) ?? only;
  }

  /** The pool, or undefined where no route matches and there is no pool `default`. Throws GatewayError for a path that two readers could read in two ways. */
  route(exchange: Exchange): Pool | undefined {
    if (this.routes.length === 0) return this.fallback;
    const path = this.byPath ? matchingPath(exchange.target) : '';
    const host = hostName(exchange.host);
    for (const route of this.routes) {
      if (matches(route, exchange.method, host, path)) return this.pools.get(route.pool);
    }
    return this.fallback;
  }
}

function matches(route: RouteConfig, method: string, host: string, path: string): boolean {
  if (route.hosts.length !== 0 && !route.hosts.includes(host)) return false;
  if (route.methods.length !== 0 && !route.methods.includes(method)) return false;
  return route.path === undefined || matchesPath(route.path, path);
}

/** A pattern that ends in a slash and a star takes what is below it, and the folder itself. */
function matchesPath(pattern: string, path: string): boolean {
  if (!pattern.endsWith('/*')) return pattern === path;
  const folder = pattern.slice(0, -2);
  return path === folder || path.startsWith(`${folder}/`);
}

/** A Host without its port and the dot of the root, in lower case. */
function hostName(host: string): string {
  return host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}
