/** What an error does to the endpoint that it came from; `fresh`: only if the connection had never carried a request. */
type Health = 'failed' | 'fresh' | 'none';

/**
 * Whether another attempt is thinkable. `unsent`: no byte of the request went out, so any method is safe;
 * `refused`: the backend said that it did not act on it, likewise; `terminated`, `junk`, `timeout`: the request may
 * have been acted upon, see retry.ts; `never`.
 */
export type RetryClass = 'unsent' | 'refused' | 'terminated' | 'junk' | 'timeout' | 'never';

interface ErrorRow {
  /** What the client is told, if nothing was told yet. */
  readonly status: number;
  /** The error type of the Proxy-Status field (RFC 9209, 2.3). */
  readonly proxyStatus: string;
  readonly health: Health;
  readonly retry: RetryClass;
  /** Whose fault it is, for the log level and the words of the answer. */
  readonly source: 'backend' | 'pool' | 'client' | 'gateway';
}

const row = (
  source: ErrorRow['source'],
  status: number,
  proxyStatus: string,
  health: Health,
  retry: RetryClass,
): ErrorRow => ({ source, status, proxyStatus, health, retry });

/** The one table: an error's kind decides its status, Proxy-Status type, effect on health, and retry class. */
export const ERRORS = {
  dns_error: row('backend', 502, 'dns_error', 'failed', 'unsent'),
  connection_refused: row('backend', 502, 'connection_refused', 'failed', 'unsent'),
  connection_timeout: row('backend', 504, 'connection_timeout', 'failed', 'unsent'),
  tls_protocol_error: row('backend', 502, 'tls_protocol_error', 'failed', 'unsent'),
  tls_certificate_error: row('backend', 502, 'tls_certificate_error', 'failed', 'unsent'),
  tls_alert_received: row('backend', 502, 'tls_alert_received', 'failed', 'unsent'),
  backlog_full: row('backend', 503, 'connection_limit_reached', 'none', 'unsent'),
  not_processed: row('backend', 503, 'connection_limit_reached', 'none', 'refused'),
  connection_terminated: row('backend', 502, 'connection_terminated', 'fresh', 'terminated'),
  http_protocol_error: row('backend', 502, 'http_protocol_error', 'failed', 'junk'),
  http_response_header_section_size: row(
    'backend',
    502,
    'http_response_header_section_size',
    'failed',
    'junk',
  ),
  http_response_timeout: row('backend', 504, 'http_response_timeout', 'failed', 'timeout'),
  connection_write_timeout: row('backend', 504, 'connection_write_timeout', 'failed', 'timeout'),
  connection_read_timeout: row('backend', 504, 'connection_read_timeout', 'failed', 'never'),
  http_response_incomplete: row('backend', 502, 'http_response_incomplete', 'failed', 'never'),
  total_timeout: row('backend', 504, 'http_response_timeout', 'none', 'never'),

  program_broken: row('backend', 502, 'connection_refused', 'none', 'never'),
  redirect_loop: row('backend', 502, 'proxy_loop_detected', 'none', 'never'),
  direction_refused: row('backend', 502, 'http_protocol_error', 'none', 'never'),
  file_refused: row('backend', 502, 'http_protocol_error', 'none', 'never'),

  connection_limit_reached: row('pool', 503, 'connection_limit_reached', 'none', 'never'),
  queue_timeout: row('pool', 503, 'connection_limit_reached', 'none', 'never'),
  no_endpoint: row('pool', 503, 'destination_unavailable', 'none', 'never'),
  circuit_open: row('pool', 503, 'destination_unavailable', 'none', 'never'),
  held_too_long: row('pool', 503, 'destination_unavailable', 'none', 'never'),
  tunnel_cut: row('pool', 503, 'destination_unavailable', 'none', 'never'),
  shutting_down: row('pool', 503, 'destination_unavailable', 'none', 'never'),

  client_gone: row('client', 499, 'http_request_error', 'none', 'never'),
  http_request_error: row('client', 400, 'http_request_error', 'none', 'never'),
  request_timeout: row('client', 408, 'http_request_error', 'none', 'never'),
  body_too_large: row('client', 413, 'http_request_error', 'none', 'never'),
  target_too_long: row('client', 414, 'http_request_error', 'none', 'never'),
  expectation_failed: row('client', 417, 'http_request_error', 'none', 'never'),
  header_section_too_large: row('client', 431, 'http_request_error', 'none', 'never'),
  not_implemented: row('client', 501, 'http_request_error', 'none', 'never'),
  version_not_supported: row('client', 505, 'http_request_error', 'none', 'never'),
  no_route: row('client', 404, 'http_request_denied', 'none', 'never'),
  not_found: row('client', 404, 'http_request_denied', 'none', 'never'),
  forbidden: row('client', 403, 'http_request_denied', 'none', 'never'),
  method_not_allowed: row('client', 405, 'http_request_denied', 'none', 'never'),
  proxy_loop_detected: row('client', 502, 'proxy_loop_detected', 'none', 'never'),

  spool_full: row('gateway', 503, 'proxy_internal_error', 'none', 'never'),
  internal_error: row('gateway', 500, 'proxy_internal_error', 'none', 'never'),
} as const satisfies Record<string, ErrorRow>;

/** The name of a way to fail; RFC 9209's word where it has one. */
export type ErrorKind = keyof typeof ERRORS;

/**
 * A failure with a name. The kind decides what follows from it; the message is for the log and never reaches a client;
 * the cause is what the operating system or a library said.
 */
export class GatewayError extends Error {
  readonly kind: ErrorKind;
  /** What Proxy-Status says beside the error, as further parameters (RFC 9209, 2.3); nothing that a client is not to know. */
  readonly parameters: string;
  /** What a client that gets 503 is asked to wait before it comes again, in seconds. */
  retryAfter = 1;

  constructor(kind: ErrorKind, message: string, cause?: unknown, parameters?: string) {
    // A stack costs more than all the rest of a refusal, and only that of a defect is ever read.
    const { stackTraceLimit } = Error;
    if (kind !== 'internal_error') Error.stackTraceLimit = 0;
    super(message, cause === undefined ? undefined : { cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'GatewayError';
    this.kind = kind;
    this.parameters = parameters ?? (cause instanceof GatewayError ? cause.parameters : '');
  }

  get row(): ErrorRow {
    return ERRORS[this.kind];
  }
}

/** Anything thrown, as a GatewayError: our own unchanged, the rest as a defect of the gateway. */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError(
    'internal_error',
    thrown instanceof Error ? thrown.message : String(thrown),
    thrown,
  );
}
