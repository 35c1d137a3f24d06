import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { quoted } from '../http1/refusal.ts';
import type { OwnRoute } from '../router/own-route.ts';
import type { Route } from '../router/route.ts';
import type { Way } from './way.ts';

/** The error for an answer that asks for what its backend may not have, in words for the log. */
export function refusedDirection(message: string): GatewayError {
  return new GatewayError('direction_refused', message);
}

/** The route for what a backend asks for; undefined: none matches. What the routes refuse is a mistake of the backend here. */
export function routeMeant(exchange: Exchange, way: Way): Route | OwnRoute | undefined {
  try {
    return way.routeOf(exchange);
  } catch (thrown) {
    throw thrown instanceof GatewayError
      ? refusedDirection(`the backend asks for ${quoted(exchange.target)}: ${thrown.message}`)
      : thrown;
  }
}
