import type { RetryOn } from './config/config.ts';
import type { RetryClass } from './errors.ts';

/** Methods whose effect is the same when they are carried out twice (RFC 9110, 9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Whether a method may be carried out twice as well as once. */
export function isRepeatable(method: string): boolean {
  return IDEMPOTENT.has(method);
}

/** What has to be known of a failed attempt to say whether another one is safe. */
export interface FailedAttempt {
  readonly method: string;
  /** The error's class, or the status of an answer. */
  readonly failure: RetryClass | number;
  /** Whether a byte of the request may have reached the backend. */
  readonly sent: boolean;
  /** Whether the connection had carried a request before. */
  readonly reused: boolean;
  /** Whether the request body, if any, can be sent again from its start. */
  readonly replayable: boolean;
}

/**
 * Whether an attempt may be followed by another as far as safety and configuration go; the answer is empty, or the
 * reason why not. Count, deadline and budget are the caller's.
 */
export function mayRetry(attempt: FailedAttempt, on: readonly RetryOn[]): string {
  if (attempt.failure === 'never') return 'this failure is final';
  if (!attempt.replayable) return 'the request body is too long to be sent again';
  const harmless = attempt.failure === 'unsent' || attempt.failure === 'refused' || !attempt.sent;
  if (harmless) return on.includes('connect') ? '' : 'retry-on does not list connect';
  if (!IDEMPOTENT.has(attempt.method)) return `${attempt.method} may have been carried out`;
  const wanted = conditionOf(attempt);
  return on.includes(wanted) ? '' : `retry-on does not list ${wanted}`;
}

/**
 * Whether a retry is one that nobody should have to pay for: the backend closed a kept connection just as it was used
 * again, which says nothing about the backend or the load.
 */
export function isStale(attempt: FailedAttempt): boolean {
  return attempt.reused && attempt.failure === 'terminated';
}

function conditionOf(attempt: FailedAttempt): RetryOn {
  if (typeof attempt.failure === 'number') return String(attempt.failure) as RetryOn;
  if (isStale(attempt)) return 'reused';
  return attempt.failure as 'terminated' | 'junk' | 'timeout';
}
