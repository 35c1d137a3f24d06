import type { ClientCertificate } from '../../protocol.ts';

/** Why a TLS handshake did not come about. */
export interface Fault {
  /** In few words, the same for all faults of a kind. */
  readonly words: string;
  /** What there is to say of this one; may be empty. */
  readonly detail: string;
  /** Whether an operator may want to do something about it. */
  readonly matters: boolean;
}

/** HTTP without TLS came. */
export const PLAIN_HTTP: Fault = { words: 'plain HTTP came to a TLS port', detail: '', matters: true };

/** It took too long. */
export const SILENCE: Fault = {
  words: 'the TLS handshake was not complete in time',
  detail: '',
  matters: false,
};

const NO_CERTIFICATE = 'a client has no certificate, which this listener requires';
const BAD_CERTIFICATE = 'the certificate of a client is not accepted';

/** By the reasons that OpenSSL gives. */
const WORDS: Readonly<Record<string, string>> = {
  NO_APPLICATION_PROTOCOL: 'a client speaks another protocol than HTTP/1.1, as HTTP/2 alone (ALPN)',
  UNSUPPORTED_PROTOCOL: 'a client speaks only versions of TLS that are too old',
  NO_SHARED_CIPHER: 'a client has no cipher in common with this listener',
  PEER_DID_NOT_RETURN_A_CERTIFICATE: NO_CERTIFICATE,
};

/** Of them, what is up to the settings or the certificates here. */
const MATTERS = /CERTIFICATE|APPLICATION_PROTOCOL/;

/** What clients say of our certificate, by the names of the alerts (RFC 8446, 6.2), which have other beginnings in each OpenSSL. */
const ALERTS: readonly (readonly [name: RegExp, words: string])[] = [
  [/ALERT_UNKNOWN_CA$/, 'a client does not know the issuer of the certificate'],
  [/ALERT_CERTIFICATE_EXPIRED$/, 'a client finds the certificate expired'],
  [/ALERT_CERTIFICATE_REVOKED$/, 'a client finds the certificate revoked'],
  [/ALERT_UNSUPPORTED_CERTIFICATE$/, 'a client cannot use certificates of this kind'],
  [
    /ALERT_BAD_CERTIFICATE|ALERT_CERTIFICATE|TLSV1_(?:BAD_)?CERTIFICATE/,
    'a client does not know or accept the certificate',
  ],
];

/** What became of a handshake; null: the client just left. */
export function faultOf(error: Error): Fault | null {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ERR_SSL_HTTP_REQUEST') return PLAIN_HTTP;
  if (!code.startsWith('ERR_SSL_')) return null;
  const reason = code.slice('ERR_SSL_'.length);
  const words = WORDS[reason];
  if (words !== undefined) return { words, detail: '', matters: MATTERS.test(reason) };
  const { reason: detail = reason } = error as { reason?: string };
  const alert = ALERTS.find(([name]) => name.test(reason))?.[1];
  if (alert !== undefined) return { words: alert, detail, matters: true };
  return { words: 'what came is no TLS handshake that can be understood', detail, matters: false };
}

/** The certificate that a client has shown is not accepted; null: it has shown none. */
export function refusedCertificate(certificate: ClientCertificate | null): Fault {
  if (certificate === null) return { words: NO_CERTIFICATE, detail: '', matters: true };
  const { subject, reason } = certificate;
  return { words: BAD_CERTIFICATE, detail: `${subject}: ${reason}`, matters: true };
}
