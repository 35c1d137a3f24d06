import type { GatewayError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { FieldLines } from './fields.ts';
import type { Log } from './log/log.ts';
import type { Route } from './router/route.ts';
import type { SpoolSpace } from './spool/space.ts';

/** What the gateway does for an exchange beyond its pool. Nothing here throws. */
export interface Onward {
  readonly log: Log;
  readonly space: SpoolSpace;
  /** Carries the exchange to the answer to a GET for `target`, a path of this gateway, from the route that it came by. */
  redirect(exchange: Exchange, route: Route, target: string): void;
  /** Whether the exchange goes on at another pool, since that of its route has no endpoint; its attempts are over. */
  fallsBack(exchange: Exchange, route: Route, error: GatewayError): boolean;
  /**
   * What the fields of an answer ask for in its place, as far as the pool's backends may ask for it; to be done when the
   * attempt is over. Null: nothing, the answer goes to the client.
   */
  directed(exchange: Exchange, route: Route, fields: FieldLines): (() => void) | null;
}
