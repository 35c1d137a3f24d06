import type { Answers } from './answers/answers.ts';
import type { RouteConfig } from './config/config.ts';
import { directed } from './directed/directed.ts';
import type { Way } from './directed/way.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { standInFor } from './fallback.ts';
import { meetGates, meetPoolGate, type Passage } from './held-exchange.ts';
import { redirectLocally } from './local-redirect.ts';
import type { Log } from './log/log.ts';
import { Mirrors } from './mirror/mirrors.ts';
import type { Onward } from './onward.ts';
import type { Traffic } from './pool/traffic.ts';
import type { Pools } from './pools.ts';
import { proxy } from './proxy.ts';
import { isOwn, type OwnRoute } from './router/own-route.ts';
import type { Route } from './router/route.ts';
import type { Router } from './router/router.ts';
import { StandIn } from './router/stand-in.ts';
import type { SpoolSpace } from './spool/space.ts';

/** Takes each exchange from its head by way of route, site and gates to its pool, and counts what becomes of it. */
export class Dispatch {
  router: Router;
  answers: Answers;
  /** Exchanges that were handled and have not ended, and all that were handled. */
  underWay = 0;
  total = 0;
  /** What is counted of all exchanges. */
  readonly traffic: Traffic;
  readonly #pools: Pools;
  readonly #log: Log;
  readonly #onward: Onward;
  readonly #passage: Passage;
  /** Null: no route has a mirror. */
  #mirrors: Mirrors | null = null;

  constructor(pools: Pools, router: Router, answers: Answers, space: SpoolSpace, traffic: Traffic, log: Log) {
    this.#pools = pools;
    this.router = router;
    this.answers = answers;
    this.traffic = traffic;
    this.#log = log;
    const way: Way = {
      routeOf: exchange => this.router.route(exchange),
      poolOf: name => pools.byName.get(name),
      wayTo: pool => this.router.wayTo(pool),
      take: (exchange, route, from) => {
        this.#moveOn(exchange);
        this.#take(exchange, route, from);
      },
      enter: (exchange, route) => {
        this.#moveOn(exchange);
        this.#enter(exchange, route);
      },
    };
    this.#onward = {
      log,
      space,
      redirect: (exchange, route, target) => this.#redirect(exchange, route, target),
      fallsBack: (exchange, route, error) => this.#fallsBack(exchange, route, error),
      directed: (exchange, route, fields) => directed(exchange, route, fields, way, log),
    };
    this.#passage = (exchange, route, bypass, patience) => this.#pass(exchange, route, bypass, patience);
  }

  /** Takes an exchange whose head has been read; never throws. */
  handle(exchange: Exchange): void {
    exchange.handled = true;
    this.underWay++;
    this.total++;
    const { https } = this.answers;
    try {
      if (https !== null && !exchange.secure) https.answer(exchange);
      else this.#forward(exchange, undefined);
    } catch (thrown) {
      exchange.fail(toGatewayError(thrown));
    }
  }

  /** A local redirect goes where a request of the client's own would go, and nowhere else. */
  #redirect(exchange: Exchange, from: Route, target: string): void {
    try {
      const { editor } = exchange;
      redirectLocally(exchange, editor === null ? target : editor.pathFor(exchange, target));
      this.#moveOn(exchange);
      this.#forward(exchange, from);
    } catch (thrown) {
      exchange.fail(toGatewayError(thrown));
    }
  }

  /** What its pool has counted of it stays there; the next one begins anew. */
  #moveOn(exchange: Exchange): void {
    exchange.tally?.redirected();
    exchange.tally = this.traffic;
  }

  /** Whether a pool stands in for the one that has no endpoint for an exchange. */
  #fallsBack(exchange: Exchange, from: Route, error: GatewayError): boolean {
    const route = standInFor(exchange, from, error, this.#pools.byName);
    if (route === undefined) return false;
    try {
      exchange.tally = this.traffic;
      if (this.#arrive(exchange, route)) return true;
      if (route.pool.gate.shut) meetPoolGate(exchange, route, this.#passage, false, Infinity);
      else proxy(exchange, route, this.#onward);
    } catch (thrown) {
      exchange.fail(toGatewayError(thrown));
    }
    return true;
  }

  /** It has waited, and its route may lead elsewhere by now. */
  #pass(exchange: Exchange, from: Route, bypass: boolean, patience: number): void {
    const route = from instanceof StandIn ? from : this.router.heirOf(from);
    try {
      if (route !== from && this.#arrive(exchange, route)) return;
      if (route.pool !== from.pool && route.pool.gate.shut)
        meetPoolGate(exchange, route, this.#passage, bypass, patience);
      else this.#proxy(exchange, route, bypass, patience);
    } catch (thrown) {
      exchange.fail(toGatewayError(thrown));
    }
  }

  /** Whether the site in front of the pool has answered. */
  #arrive(exchange: Exchange, { pool }: Route): boolean {
    exchange.countAt(pool.exchanges);
    exchange.moveTo(pool);
    return this.#pools.siteOf(pool)?.serve(exchange) === true;
  }

  /** `from`: the route whose gates it has passed before. */
  #forward(exchange: Exchange, from: Route | undefined): void {
    const found = this.router.route(exchange);
    if (found === undefined)
      throw new GatewayError('no_route', `no route for ${exchange.host}${exchange.target}`);
    this.#take(exchange, found, from);
  }

  #take(exchange: Exchange, found: Route | OwnRoute, from: Route | undefined): void {
    exchange.routeName = found.name;
    exchange.pages = this.answers.pagesOf(found.name);
    if (isOwn(found)) {
      found.answer(exchange);
      return;
    }
    const route = found.choose(exchange);
    if (found.editor !== null) {
      exchange.routedTarget = exchange.target;
      found.editor.apply(exchange);
    }
    if (this.#arrive(exchange, route)) return;
    if (route.gate.shut && route.trunk !== from?.trunk) meetGates(exchange, route, this.#passage);
    else if (route.pool.gate.shut && route !== from)
      meetPoolGate(exchange, route, this.#passage, false, Infinity);
    else this.#proxy(exchange, route, false, Infinity);
  }

  #proxy(exchange: Exchange, route: Route, bypass: boolean, patience: number): void {
    if (this.#mirrors !== null) this.#mirrors.copy(exchange);
    proxy(exchange, route, this.#onward, bypass, patience);
  }

  /** Has requests copied as these routes say, from now on. */
  mirror(routes: readonly RouteConfig[]): void {
    const mirrors = new Mirrors(routes, this.#pools, this.#onward);
    this.#mirrors = mirrors.none ? null : mirrors;
  }

  /** To a pool, whatever its site has. */
  #enter(exchange: Exchange, route: Route): void {
    exchange.countAt(route.pool.exchanges);
    exchange.moveTo(route.pool);
    if (route.pool.gate.shut) meetGates(exchange, route, this.#passage);
    else proxy(exchange, route, this.#onward);
  }

  /** What belongs to no pool is counted here alone. */
  #count(exchange: Exchange): void {
    if (exchange.tally === null) exchange.countAt(this.traffic);
    exchange.tally!.ended(exchange);
  }

  /** An exchange has ended, whether it had been handled or not. */
  ended(exchange: Exchange): void {
    if (exchange.handled) this.underWay--;
    exchange.copy?.originalEnded();
    this.#count(exchange);
    if (exchange.station !== null) exchange.moveTo(null);
    exchange.recallRequest();
    if (exchange.reason === 'internal_error')
      this.#log.error('defect of the gateway', { id: exchange.id, stack: exchange.detail });
    if (this.#log.accessEnabled) this.#log.access(exchange);
  }
}
