import type { BackendRequest, TlsFacts } from '../protocol.ts';

/** How a client on a unix socket is called. */
const UNIX = 'unix';

/**
 * Adds what an application is told of the TLS connection that a request came on, in the names of Apache's mod_ssl. What the
 * certificate says belongs to who has the connection: of a proxy that speaks for somebody else it is left out.
 */
export function addTlsVariables(list: string[], tls: TlsFacts, { client, ends }: BackendRequest): void {
  list.push('SSL_PROTOCOL', tls.version, 'SSL_CIPHER', tls.cipher);
  if (tls.serverName !== '') list.push('SSL_TLS_SNI', tls.serverName);
  if (!tls.asksForCertificate || client !== (ends.remoteAddress || UNIX)) return;
  const { certificate } = tls;
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
