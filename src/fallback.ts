import type { GatewayError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Pool } from './pool/pool.ts';
import type { Route } from './router/route.ts';
import { StandIn } from './router/stand-in.ts';

/** So many pools stand in for one another at most. */
const MOST = 4;

/**
 * The route to the pool that stands in for another one, for an exchange that failed there because nothing can serve it, and
 * without any effect; for a branch that yields it is the pool of its trunk. Undefined: there is none, and it fails.
 * What the exchange has of the other pool is forgotten.
 */
export function standInFor(
  exchange: Exchange,
  from: Route,
  error: GatewayError,
  pools: ReadonlyMap<string, Pool>,
): Route | undefined {
  const { pool } = from;
  if (exchange.fallbacks >= MOST || !isWithoutEndpoint(pool, error)) return undefined;
  if (exchange.body !== null && !exchange.body.replayable) return undefined;
  const other = pools.get(pool.config.fallback) ?? (from.yields ? from.trunk.pool : undefined);
  if (other === undefined || other === pool || other.draining) return undefined;
  pool.fallback.went(other.name, error.message);
  exchange.fallbacks++;
  exchange.carrier = null;
  exchange.script = null;
  if (other.sticky !== null) other.sticky.take(exchange);
  return StandIn.of(from, other);
}

/** Whether an exchange failed because a pool has nothing to serve it with. */
function isWithoutEndpoint(pool: Pool, { kind, row }: GatewayError): boolean {
  if (kind === 'no_endpoint' || kind === 'circuit_open') return true;
  return (row.retry === 'unsent' || row.retry === 'refused') && !pool.serves;
}
