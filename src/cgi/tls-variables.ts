import type { BackendRequest, ClientCertificate, TlsFacts } from '../protocol.ts';

/** How a client on a unix socket is called. */
const UNIX = 'unix';

/** What of a request says whose the certificate of its connection is. */
type OnTls = Pick<BackendRequest, 'tls' | 'client' | 'ends'>;

/**
 * The certificate that the client of a request has shown; null: none, undefined: it was not asked. A certificate belongs to
 * who has the connection: a proxy that speaks for somebody else has shown its own.
 */
export function certificateOf({ tls, client, ends }: OnTls): ClientCertificate | null | undefined {
  if (tls === null || !tls.asksForCertificate || client !== (ends.remoteAddress || UNIX)) return undefined;
  return tls.certificate;
}

/** Adds what an application is told of the TLS connection that a request came on, in the names of Apache's mod_ssl. */
export function addTlsVariables(list: string[], tls: TlsFacts, { client, ends }: BackendRequest): void {
  list.push('SSL_PROTOCOL', tls.version, 'SSL_CIPHER', tls.cipher);
  if (tls.serverName !== '') list.push('SSL_TLS_SNI', tls.serverName);
  const certificate = certificateOf({ tls, client, ends });
  if (certificate === undefined) return;
  if (certificate === null) {
    list.push('SSL_CLIENT_VERIFY', 'NONE');
    return;
  }
  list.push(
    'SSL_CLIENT_VERIFY',
    certificate.verified ? 'SUCCESS' : `FAILED:${certificate.reason}`,
    'SSL_CLIENT_S_DN',
    certificate.subject,
    'SSL_CLIENT_I_DN',
    certificate.issuer,
    'SSL_CLIENT_M_SERIAL',
    certificate.serial,
  );
}
