import type { Exchange } from '../exchange.ts';
import type { FieldLines } from '../fields.ts';
import { quoted } from '../http1/refusal.ts';
import { isTarget, redirectLocally } from '../local-redirect.ts';
import type { Route } from '../router/route.ts';
import { carriedOf } from './carried.ts';
import { refusedDirection, routeMeant } from './refusal.ts';
import type { Way } from './way.ts';

/**
 * Answers with what a GET for another path of this gateway gets, and with the fields of the answer that named it; throws
 * GatewayError if that path leads to none of the routes that `from` may use.
 */
export function goToRoute(
  exchange: Exchange,
  from: Route,
  target: string,
  fields: FieldLines,
  way: Way,
): void {
  const { editor } = exchange;
  // They are of the route that it came by, as what that route says of them is.
  const edited = editor === null ? fields : editor.edit(exchange, 200, fields);
  if (!isTarget(target)) throw refusedDirection(`X-Accel-Redirect ${quoted(target)} is no path`);
  redirectLocally(exchange, target);
  exchange.directed = true;
  const { accelRoutes } = from.pool.config.directs;
  const route = routeMeant(exchange, way);
  if (route === undefined || !accelRoutes.includes(route.name)) {
    const where = route === undefined ? 'no route' : `the route ${route.name || 'of what no route matches'}`;
    throw refusedDirection(
      `X-Accel-Redirect ${quoted(target)} leads to ${where}, and accel-routes are ${accelRoutes.join(', ')}`,
    );
  }
  exchange.carried = carriedOf(edited);
  way.take(exchange, route, from);
}
