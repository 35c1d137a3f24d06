import { ownRouteOf } from '../answers/own-route.ts';
import type { RouteConfig } from '../config/config.ts';
import { poolsOf } from '../config/route-pools.ts';
import type { Exchange } from '../exchange.ts';
import type { Pool } from '../pool/pool.ts';
import { type RewriteTerms, rewriteOf, USUAL_TERMS } from '../rewrite/rewrite.ts';
import { Decision } from './decision.ts';
import { EditedRoute } from './edited-route.ts';
import { isOwn, type OwnRoute } from './own-route.ts';
import { Route } from './route.ts';

/** The pool that gets what no route matches. */
const DEFAULT = 'default';

/** Says by which route an exchange goes, and so to which pool: the first that matches wins. */
export class Router {
  /** Those of the configuration that lead to pools, in its order. */
  readonly routes: readonly Route[];
  readonly decision: Decision;
  /** Where each route of the configuration leads. */
  private readonly ends: readonly (Route | OwnRoute)[];
  private readonly fallback: Route | undefined;

  /**
   * Every route's pool has to be among the pools. Without routes and a pool `default`, the only pool gets everything. Of a
   * router before, routes of the same name go on as they are if their pool does, held and with those who wait; if not, they stay held, and who waits there will go where they lead by now.
   */
  constructor(
    configs: readonly RouteConfig[],
    pools: ReadonlyMap<string, Pool>,
    before?: Router,
    terms: RewriteTerms = USUAL_TERMS,
  ) {
    this.decision = new Decision(configs);
    this.ends = configs.map(config => endOf(config, pools, before, terms));
    this.routes = this.ends.filter((end): end is Route => !isOwn(end));
    const only = configs.length === 0 && pools.size === 1 ? [...pools.values()][0] : undefined;
    const rest = pools.get(DEFAULT) ?? only;
    this.fallback = rest === undefined ? undefined : new Route(rest, '');
  }

  /**
   * Undefined where no route matches and there is no pool `default`. Throws GatewayError for a path that leads two readers
   * to two routes.
   */
  route(exchange: Exchange): Route | OwnRoute | undefined {
    if (this.ends.length === 0) return this.fallback;
    const place = this.decision.of(exchange);
    return place === -1 ? this.fallback : this.ends[place];
  }

  /** A way to a pool past all routes; who writes by it is told so as by those that lead there. */
  wayTo(pool: Pool): Route {
    const way = new Route(pool, '');
    way.writes = this.all.find(route => route.pool === pool)?.writes ?? null;
    return way;
  }

  /** Those of the configuration, and the one for what none of them matches. */
  get all(): readonly Route[] {
    return this.fallback === undefined ? this.routes : [...this.routes, this.fallback];
  }

  /**
   * The route that has the name of one of before, or its branch for the same; where there is none that one itself: it leads where
   * it led.
   */
  heirOf(route: Route): Route {
    if (route.name === '' || this.routes.includes(route)) return route;
    return this.routes.find(({ name }) => name === route.name)?.heirOf(route) ?? route;
  }
}

function endOf(
  config: RouteConfig,
  pools: ReadonlyMap<string, Pool>,
  before: Router | undefined,
  terms: RewriteTerms,
): Route | OwnRoute {
  const editor = rewriteOf(config.rewrite, terms);
  if (config.action.kind !== 'pool') {
    const own = ownRouteOf(config);
    return editor === null ? own : new EditedRoute(own, editor);
  }
  const same = before?.routes.find(({ name }) => name === config.name);
  const route = routeTo(pools.get(poolsOf(config.action)[0]!)!, config.name, same);
  route.editor = editor;
  return route;
}

function routeTo(pool: Pool, name: string, before: Route | undefined): Route {
  if (before?.pool === pool) return before;
  const route = new Route(pool, name);
  if (before !== undefined) route.gate.takeOver(before.gate);
  return route;
}
