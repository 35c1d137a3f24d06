import type { FieldLines } from '../../fields.ts';
import type { TlsFacts } from '../../protocol.ts';

/**
 * The fields by which a backend is told of the certificate of a client; none where clients are not asked for one. Whatever
 * certificate was shown is told of, and X-Client-Verify whether it is accepted; Client-Cert is that of an accepted one
 * alone (RFC 9440, 2.2).
 */
export function certificateLines(tls: TlsFacts | null): FieldLines {
  if (tls === null || !tls.asksForCertificate) return '';
  const kept = known.get(tls);
  if (kept !== undefined) return kept;
  const lines = linesOf(tls);
  known.set(tls, lines);
  return lines;
}

/** Of each connection they are the same for all its requests. */
const known = new WeakMap<TlsFacts, FieldLines>();

function linesOf({ certificate }: TlsFacts): FieldLines {
  if (certificate === null) return 'X-Client-Verify: NONE\r\n';
  const { subject, issuer, serial, fingerprint, der, verified, reason } = certificate;
  return (
    `X-Client-Verify: ${verified ? 'SUCCESS' : `FAILED:${reason}`}\r\n` +
    `X-Client-Subject: ${subject}\r\nX-Client-Issuer: ${issuer}\r\n` +
    `X-Client-Serial: ${serial}\r\nX-Client-Fingerprint: ${fingerprint}\r\n` +
    (verified ? `Client-Cert: :${der}:\r\n` : '')
  );
}
