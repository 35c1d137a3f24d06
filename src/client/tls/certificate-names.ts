import type { X509Certificate } from 'node:crypto';

/** What a client can ask for by SNI, with a wildcard for the leftmost label (RFC 6125, 6.4.3). */
const HOST = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/** The host names that a certificate is for, in lower case; its common name counts if it has no others (RFC 6125, 6.4.4). */
export function certificateNames(certificate: X509Certificate): readonly string[] {
  const alternatives = (certificate.subjectAltName ?? '').split(', ');
  const names = alternatives.flatMap(text => (text.startsWith('DNS:') ? hostIn(text.slice(4)) : []));
  if (names.length > 0 || certificate.subjectAltName !== undefined) return names;
  const common = certificate.subject?.split('\n').findLast(line => line.startsWith('CN=')) ?? '';
  return hostIn(common.slice('CN='.length));
}

function hostIn(text: string): string[] {
  const name = text.toLowerCase();
  return HOST.test(name) ? [name] : [];
}
