import { recent } from './clock.ts';
import type { Pool } from './pool/pool.ts';
import { type FailedAttempt, isStale, mayRetry } from './retry.ts';

/** No attempt begins later than this many response time-outs after the first: a client does not wait for ever. */
const PATIENCE = 2;

/**
 * Why an attempt is not followed by another, after so many retries and on an exchange whose attempts began then. Empty: it
 * may be, and has been paid for from the pool's budget; one that met a stale connection is free, if it was not asked for a
 * fresh one.
 */
export function refusalToRetry(
  attempt: FailedAttempt,
  fresh: boolean,
  retries: number,
  begunAt: number,
  pool: Pool,
): string {
  const { retry, timeouts: limits } = pool.config;
  const unsafe = mayRetry(attempt, retry.on);
  if (unsafe !== '') return unsafe;
  if (isStale(attempt) && !fresh) return '';
  if (retries >= retry.attempts) return retries === 1 ? '1 retry was made' : `${retries} retries were made`;
  if (recent() - begunAt > PATIENCE * limits.response) return 'it has taken too long already';
  return pool.budget.tryRetry() ? '' : 'the retry budget is spent';
}
