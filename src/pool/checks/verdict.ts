import type { CheckConfig } from '../../config/config.ts';
import type { ErrorKind, GatewayError } from '../../errors.ts';

/**
 * What a check came to. `late`: there was no answer in time; `open`: it says nothing about the endpoint, for its backlog was
 * full, or it was the gateway that could not.
 */
export interface Verdict {
  readonly result: 'passed' | 'failed' | 'late' | 'open';
  /** What was answered, or what went wrong. */
  readonly words: string;
}

/** A check that is under way; its verdict comes once, unless it is called off. */
export interface Running {
  /** Its time is up: the verdict comes within this call. */
  expire(): void;
  /** Calls it off: no verdict comes. */
  cancel(): void;
}

/** Whether a status is one of those that were asked for; the words say what was. */
export function statusVerdict(status: number, { statuses }: CheckConfig): Verdict {
  const wanted = statuses.some(([from, to]) => status >= from && status <= to);
  if (wanted) return { result: 'passed', words: `status ${status}` };
  return { result: 'failed', words: `status ${status}, wanted ${rangesOf(statuses)}` };
}

/** A failure to get an answer: what is not the endpoint's fault decides nothing. */
export function errorVerdict({ kind, message }: GatewayError): Verdict {
  return { result: RESULTS[kind] ?? 'failed', words: message };
}

const RESULTS: Partial<Record<ErrorKind, Verdict['result']>> = {
  backlog_full: 'open',
  not_processed: 'open',
  connection_limit_reached: 'open',
  connection_timeout: 'late',
  http_response_timeout: 'late',
  connection_read_timeout: 'late',
};

function rangesOf(statuses: CheckConfig['statuses']): string {
  return statuses.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(', ');
}
