import type { Config, PoolConfig } from '../config/config.ts';
import type { ExplainedLimits } from './explanation.ts';

/** What a request to a pool is bound by. */
export function limitsOf(pool: PoolConfig, { limits }: Config): ExplainedLimits {
  const { queue, timeouts, retry } = pool;
  return {
    headBytes: limits.headBytes,
    bodyBytes: orNull(limits.bodyBytes),
    inFlight: orNull(pool.poolMaxConns),
    inFlightPerEndpoint: orNull(pool.maxConns),
    waiting: queue.length,
    retries: retry.on.length === 0 ? 0 : retry.attempts,
    timeouts: {
      queue: queue.timeout,
      connect: timeouts.connect,
      response: timeouts.response,
      idle: timeouts.idle,
      tunnel: timeouts.tunnel,
      total: timeouts.total === 0 ? null : timeouts.total,
    },
  };
}

/** JSON knows no Infinity. */
function orNull(limit: number): number | null {
  return Number.isFinite(limit) ? limit : null;
}
