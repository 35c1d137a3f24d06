import { errors } from 'undici';
import type { BackendConfig, BackendTlsConfig } from '../config/config.ts';
import { systemWords } from '../config/system-words.ts';
import { GatewayError } from '../errors.ts';
import { type Counterpart, tlsError } from '../transport/tls-error.ts';
import { NoAnswer } from './probe-cgi-answer.ts';
import { TimedOut } from './probe-request.ts';
import { probedName } from './probe-tls.ts';
import { Failure } from './usage-error.ts';
import { NotFastCgi } from './whole-records.ts';

const PHASES = {
  connect: 'the connection did not come about',
  head: 'it was connected, but no answer came',
  body: 'the head of the answer came, but not all of its body',
};

const UNDICI: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: 'the backend closed the connection before its answer was complete',
  UND_ERR_CONNECT_TIMEOUT: 'the connection did not come about in time',
  UND_ERR_HEADERS_OVERFLOW: 'the head of the answer is too large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the body has another length than its Content-Length says',
};

/** The client for FastCGI has no codes. */
const FASTCGI: readonly (readonly [RegExp, string])[] = [
  [
    /unexpectedly ended|Cannot send request/,
    'the application closed the connection before its answer was complete',
  ],
  [/resource not available/, 'the application says that it is overloaded'],
  [/maximum number of concurrent/, 'the application takes no further request on the connection'],
  [/role not supported/, 'the application does not answer requests (it has another FastCGI role)'],
];

/** An application's connection waits in the backlog of its socket for as long as no worker is free. */
const NO_WORKER = '; its workers may all be busy, or held by connections that a gateway keeps for a while';

/** In TLS 1.3 a server tells so when a connection stands already. */
const NAMELESS = '; it may want a certificate: --cert FILE and --key FILE show one';

/** Why a backend gave no answer, in words. */
export function probeFailure(error: unknown, backend: BackendConfig, timeout: string): Failure {
  const where = backend.url;
  if (error instanceof TimedOut) {
    const hint = error.phase === 'head' && backend.scheme.startsWith('fcgi') ? NO_WORKER : '';
    return new Failure(`${where}: no answer within ${timeout}: ${PHASES[error.phase]}${hint}`);
  }
  const { code } = error as { code?: string };
  const undici = code === undefined ? undefined : UNDICI[code];
  if (undici !== undefined) {
    const nameless = code === 'UND_ERR_SOCKET' && backend.tls?.cert === '';
    return new Failure(`${where}: ${undici}${nameless ? NAMELESS : ''}`);
  }
  if (error instanceof errors.HTTPParserError) {
    return new Failure(`${where}: the answer is not HTTP: ${error.message}`);
  }
  const secure =
    backend.tls === undefined
      ? error
      : tlsError(backend.url, counterpartOf(backend, backend.tls), 'handshake', error as Error);
  if (secure instanceof GatewayError) return new Failure(`${where}: ${secure.message}`);
  const fastcgi = fastcgiWords(error);
  if (fastcgi !== undefined) return new Failure(`${where}: ${fastcgi}`);
  // A name with several addresses fails as a whole, with an error for each address.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  if (code === 'ENOENT' && backend.path !== '') {
    return new Failure(`${where}: there is no such socket: is the backend running?`);
  }
  return new Failure(`${where}: ${systemWords(first)}`);
}

function counterpartOf(backend: BackendConfig, { cert }: BackendTlsConfig): Counterpart {
  return { name: probedName(backend), shown: cert !== '', remedy: '--cert FILE and --key FILE' };
}

function fastcgiWords(error: unknown): string | undefined {
  if (error instanceof NoAnswer) return error.message;
  if (error instanceof NotFastCgi)
    return 'the answer is not FastCGI: does the backend speak HTTP, or another protocol?';
  const message = error instanceof Error ? error.message : '';
  return FASTCGI.find(([pattern]) => pattern.test(message))?.[1];
}
