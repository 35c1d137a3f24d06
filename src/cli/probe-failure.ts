import { errors } from 'undici';
import type { BackendConfig } from '../config/config.ts';
import { systemWords } from '../config/system-words.ts';
import { TimedOut } from './probe-request.ts';
import { Failure } from './usage-error.ts';

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

/** Why a backend gave no answer, in words. */
export function probeFailure(error: unknown, backend: BackendConfig, timeout: string): Failure {
  const where = backend.url;
  if (error instanceof TimedOut)
    return new Failure(`${where}: no answer within ${timeout}: ${PHASES[error.phase]}`);
  const { code } = error as { code?: string };
  const undici = code === undefined ? undefined : UNDICI[code];
  if (undici !== undefined) return new Failure(`${where}: ${undici}`);
  if (error instanceof errors.HTTPParserError) {
    return new Failure(`${where}: the answer is not HTTP: ${error.message}`);
  }
  // A name with several addresses fails as a whole, with an error for each address.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  if (code === 'ENOENT' && backend.path !== '') {
    return new Failure(`${where}: there is no such socket: is the backend running?`);
  }
  return new Failure(`${where}: ${systemWords(first)}`);
}
