import type { RouteConfig } from '../config/config.ts';
import { poolsOf } from '../config/route-pools.ts';
import type { Exchange } from '../exchange.ts';
import type { Pool } from '../pool/pool.ts';
import { matchingPath } from './matching-path.ts';
import type { OwnRoute } from './own-route.ts';
import { matchesPath, type PathPattern, patternOf } from './path-pattern.ts';
import { Route } from './route.ts';

/** The pool that gets what no route matches. */
const DEFAULT = 'default';

/** What a request has to be for a route. */
interface Rule {
  /** Empty: any. */
  readonly hosts: readonly string[];
  readonly methods: readonly string[];
  /** Undefined: any. */
  readonly path: PathPattern | undefined;
}

/** Says by which route an exchange goes, and so to which pool: the first that matches wins. */
export class Router {
  /** Those of the configuration, in its order. */
  readonly routes: readonly Route[];
  private readonly rules: readonly Rule[];
  private readonly fallback: Route | undefined;
  private readonly byPath: boolean;
  private readonly byHost: boolean;

  /**
   * Every route's pool has to be among the pools. Without routes and a pool `default`, the only pool gets everything. Of a
   * router before, routes of the same name go on as they are if their pool does, held and with those who wait; if not, they stay held, and who waits there will go where they lead by now.
   */
  constructor(configs: readonly RouteConfig[], pools: ReadonlyMap<string, Pool>, before?: Router) {
    this.rules = configs.map(ruleOf);
    this.routes = configs.map(config => {
      const same = before?.routes.find(({ name }) => name === config.name);
      return routeTo(pools.get(poolsOf(config.action)[0]!)!, config.name, same);
    });
    this.byPath = this.rules.some(({ path }) => path !== undefined);
    this.byHost = this.rules.some(({ hosts }) => hosts.length !== 0);
    const only = configs.length === 0 && pools.size === 1 ? [...pools.values()][0] : undefined;
    const rest = pools.get(DEFAULT) ?? only;
    this.fallback = rest === undefined ? undefined : new Route(rest, '');
  }

  /** Undefined where no route matches and there is no pool `default`. Throws GatewayError for a path that two readers could read in two ways. */
  route(exchange: Exchange): Route | OwnRoute | undefined {
    const { rules } = this;
    if (rules.length === 0) return this.fallback;
    const path = this.byPath ? matchingPath(exchange.target) : '';
    const host = this.byHost ? hostName(exchange.host) : '';
    for (let i = 0; i < rules.length; i++) {
      if (matches(rules[i]!, exchange.method, host, path)) return this.routes[i];
    }
    return this.fallback;
  }

  /** The route that has the name of one of before; where there is none that one itself: it leads where it led. */
  heirOf(route: Route): Route {
    if (route.name === '' || this.routes.includes(route)) return route;
    return this.routes.find(({ name }) => name === route.name) ?? route;
  }
}

function routeTo(pool: Pool, name: string, before: Route | undefined): Route {
  if (before?.pool === pool) return before;
  const route = new Route(pool, name);
  if (before !== undefined) route.gate.takeOver(before.gate);
  return route;
}

function ruleOf({ conditions }: RouteConfig): Rule {
  const valuesOf = (kind: string) => conditions.find(one => one.kind === kind)?.values;
  const path = valuesOf('path')?.[0];
  return {
    hosts: valuesOf('host') ?? [],
    methods: valuesOf('method') ?? [],
    path: path === undefined ? undefined : patternOf(path),
  };
}

function matches(rule: Rule, method: string, host: string, path: string): boolean {
  if (rule.hosts.length !== 0 && !rule.hosts.includes(host)) return false;
  if (rule.methods.length !== 0 && !rule.methods.includes(method)) return false;
  return rule.path === undefined || matchesPath(rule.path, path);
}

/** A Host without its port and the dot of the root, in lower case. */
function hostName(host: string): string {
  const name = host.includes(':') ? host.replace(/:\d*$/, '') : host;
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}
