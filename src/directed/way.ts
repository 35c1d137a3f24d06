import type { Exchange } from '../exchange.ts';
import type { Pool } from '../pool/pool.ts';
import type { OwnRoute } from '../router/own-route.ts';
import type { Route } from '../router/route.ts';

/** How an exchange that a backend sends on goes on its way. */
export interface Way {
  /** The route for what the exchange asks for; undefined: none matches. May throw GatewayError. */
  routeOf(exchange: Exchange): Route | OwnRoute | undefined;
  /** Undefined: there is none of that name. */
  poolOf(name: string): Pool | undefined;
  /** A way to a pool past all routes: who writes by it reads there as by those that lead there. */
  wayTo(pool: Pool): Route;
  /** Takes it on by a route; `from`: the one whose gates it has passed. May throw GatewayError. */
  take(exchange: Exchange, route: Route | OwnRoute, from: Route): void;
  /** Takes it to a pool, past its site. May throw GatewayError. */
  enter(exchange: Exchange, route: Route): void;
}
