import { GatewayError } from '../errors.ts';
import { certificateFault } from './certificate-faults.ts';
import { type Alert, alertIn } from './tls-alerts.ts';

/**
 * How far a connection had come: the handshake was not over; it was, and no byte of an answer has ever come; or one has.
 */
export type Stage = 'handshake' | 'unanswered' | 'answered';

/** With whom TLS was to be spoken. */
export interface Counterpart {
  /** Whose its certificate has to be. */
  readonly name: string;
  /** Whether it is shown a certificate of the gateway. */
  readonly shown: boolean;
  /** What gives it one, in the words of whoever reads the error. */
  readonly remedy?: string;
}

/** What is behind the codes of OpenSSL that operators meet most. */
const WORDS: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: 'what it answered is not TLS: does it speak plain text there?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'what it answered is not TLS: does it speak plain text there?',
  ERR_SSL_HTTP_REQUEST: 'what it answered is not TLS: does it speak plain text there?',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks only versions of TLS that are too old',
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'it speaks only versions of TLS that are too old',
  ERR_SSL_DH_KEY_TOO_SMALL: 'its keys are too short to be safe',
  ERR_SSL_EE_KEY_TOO_SMALL: 'its keys are too short to be safe',
  ECONNRESET: 'it closed the connection in the middle of the handshake',
  EPIPE: 'it closed the connection in the middle of the handshake',
};

/**
 * What broke a TLS connection to `place`: a GatewayError if it was TLS and nothing of the request was
 * acted upon, else the cause itself. In TLS 1.3 a backend may refuse the gateway's certificate after the request was sent; it has
 * not read the request then, for it reads nothing before the handshake is over on its side, too.
 */
export function tlsError(place: string, to: Counterpart, stage: Stage, cause: Error): Error {
  const alert = alertIn(cause);
  if (stage === 'handshake') return handshakeError(place, to, alert, cause);
  return stage === 'unanswered' && alert?.refusal === true ? alertError(place, to, alert, cause) : cause;
}

function handshakeError(place: string, to: Counterpart, alert: Alert | undefined, cause: Error): Error {
  if (alert !== undefined) return alertError(place, to, alert, cause);
  const fault = certificateFault(cause, to.name);
  if (fault !== undefined) {
    const message = `cannot trust ${place}: ${fault.words}`;
    return new GatewayError('tls_certificate_error', message, cause, `; details="${fault.fault}"`);
  }
  const { code = '', syscall } = cause as NodeJS.ErrnoException;
  // Before the handshake has begun it is a matter of the network.
  if (syscall === 'connect' || !(code.startsWith('ERR_') || WORDS[code] !== undefined)) return cause;
  const words = WORDS[code] === undefined ? `${cause.message} (${code})` : `${WORDS[code]} (${code})`;
  return new GatewayError('tls_protocol_error', `no TLS with ${place}: ${words}`, cause);
}

function alertError(
  place: string,
  to: Counterpart,
  { id, name, refusal }: Alert,
  cause: Error,
): GatewayError {
  const hint = refusal ? hintFor(to) : '';
  return new GatewayError(
    'tls_alert_received',
    `${place} ended the handshake by the alert ${name} (${id})${hint}`,
    cause,
    `; alert-id=${id}; alert-message="${name}"`,
  );
}

function hintFor({ shown, remedy = 'cert= and key=' }: Counterpart): string {
  return shown
    ? '; it does not accept the certificate that it is shown, or misses a part of its chain'
    : `; does it want a certificate of the gateway? ${remedy} give it one`;
}
