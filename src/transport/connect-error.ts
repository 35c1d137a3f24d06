import { type ErrorKind, GatewayError } from '../errors.ts';

const KINDS: Readonly<Record<string, ErrorKind>> = {
  ENOTFOUND: 'dns_error',
  EAI_AGAIN: 'dns_error',
  EAI_FAIL: 'dns_error',
  EAI_NODATA: 'dns_error',
  EAI_NONAME: 'dns_error',
  ETIMEDOUT: 'connection_timeout',
  // A full backlog of a unix socket: the backend is busy, not down.
  EAGAIN: 'backlog_full',
  // The gateway's own limits: no endpoint is to blame.
  EMFILE: 'connection_limit_reached',
  ENFILE: 'connection_limit_reached',
  EADDRNOTAVAIL: 'connection_limit_reached',
};

/** The system's name for what went wrong, such as ECONNREFUSED; of several addresses tried, the first one's. */
function codeOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const code = (first as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** Why a connection did not come to stand, as a GatewayError: nothing was sent. */
export function connectError(authority: string, cause: unknown): GatewayError {
  const code = codeOf(cause);
  const kind = KINDS[code] ?? 'connection_refused';
  return new GatewayError(kind, `cannot connect to ${authority}: ${code || String(cause)}`, cause);
}

/** Why an established connection broke, as a GatewayError. */
export function brokenError(authority: string, headSeen: boolean, cause: unknown): GatewayError {
  const kind = headSeen ? 'http_response_incomplete' : 'connection_terminated';
  return new GatewayError(kind, `connection to ${authority} broke: ${codeOf(cause) || String(cause)}`, cause);
}
