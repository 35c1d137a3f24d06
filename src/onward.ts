import type { Exchange } from './exchange.ts';
import type { FieldLines } from './fields.ts';
import type { Log } from './log/log.ts';
import type { Pool } from './pool/pool.ts';
import type { Route } from './router/route.ts';
import type { SpoolSpace } from './spool/space.ts';

/** What the gateway does for an exchange beyond its pool. Nothing here throws. */
export interface Onward {
  readonly log: Log;
  readonly space: SpoolSpace;
  /** Carries the exchange to the answer to a GET for `target`, a path of this gateway, from the route that it came by. */
  redirect(exchange: Exchange, route: Route, target: string): void;
  /** Answers with a file that the backend named, and with the fields that it gave; the attempt is over by then. */
  sendFile(exchange: Exchange, pool: Pool, file: string, fields: FieldLines): void;
}
