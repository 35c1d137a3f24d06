import { type ErrorKind, GatewayError } from '../errors.ts';
import { NameError } from './name-error.ts';

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

/** What is behind the codes that operators meet most. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOENT: 'there is no such socket',
  EACCES: 'this user may not use the socket',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name servers do not answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  EAGAIN: 'its backlog is full',
  EMFILE: 'this process has no file descriptors left',
  ENFILE: 'the system has no file descriptors left',
  EADDRNOTAVAIL: 'no local port is left',
};

/** Why a connection did not come to stand, as a GatewayError: nothing was sent. `place` is for the log. */
export function connectError(place: string, cause: unknown): GatewayError {
  const code = codeOf(cause);
  const kind = KINDS[code] ?? 'connection_refused';
  return new GatewayError(kind, `cannot connect to ${place}: ${wordsOf(code, cause)}`, cause);
}

function wordsOf(code: string, cause: unknown): string {
  if (cause instanceof NameError) return cause.message;
  return WORDS[code] === undefined ? code || String(cause) : `${WORDS[code]} (${code})`;
}

/** Why an established connection broke, as a GatewayError. */
export function brokenError(place: string, headSeen: boolean, cause: unknown): GatewayError {
  const kind = headSeen ? 'http_response_incomplete' : 'connection_terminated';
  return new GatewayError(kind, `connection to ${place} broke: ${codeOf(cause) || String(cause)}`, cause);
}
