import type { Exchange } from './exchange.ts';
import type { Pool } from './pool/pool.ts';

/** When an exchange has taken too long as a whole, a moment of clock.ts; Infinity: never. */
export function totalEnd(exchange: Exchange, pool: Pool): number {
  const { total } = pool.config.timeouts;
  return total === 0 ? Infinity : exchange.startedAt + total;
}
