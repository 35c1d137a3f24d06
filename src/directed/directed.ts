import { toGatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { FieldLines } from '../fields.ts';
import type { Log } from '../log/log.ts';
import type { Route } from '../router/route.ts';
import { sendNamedFile } from '../site/sendfile.ts';
import { goToRoute } from './accel.ts';
import { type Direction, directionOf } from './direction.ts';
import { Fetch } from './fetch.ts';
import { restart } from './restart.ts';
import type { Way } from './way.ts';

/**
 * What the fields of an answer ask for in its place, as far as the pool of its route may; to be done when the attempt is
 * over, and it does not throw. Null: nothing.
 */
export function directed(
  exchange: Exchange,
  route: Route,
  fields: FieldLines,
  way: Way,
  log: Log,
): (() => void) | null {
  const direction = directionOf(fields, route.pool.config);
  if (direction === undefined) return null;
  return () => {
    try {
      follow(exchange, route, fields, direction, way, log);
    } catch (thrown) {
      const error = toGatewayError(thrown);
      log.warn('what a backend asks for is not done', {
        id: exchange.id,
        pool: route.pool.name,
        reason: error.message,
      });
      exchange.judge = null;
      exchange.fail(error);
    }
  };
}

function follow(
  exchange: Exchange,
  route: Route,
  fields: FieldLines,
  direction: Direction,
  way: Way,
  log: Log,
): void {
  switch (direction.kind) {
    case 'file':
      sendNamedFile(exchange, route.pool.config.sendfileRoot, direction.file, fields, log);
      break;
    case 'route':
      goToRoute(exchange, route, direction.target, fields, way);
      break;
    case 'restart':
      restart(exchange, route, direction, way);
      break;
    case 'fetch':
      new Fetch(route, direction, fields, way).begin(exchange);
  }
}
