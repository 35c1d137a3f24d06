import { getCACertificates } from 'node:tls';

let found: string[] | undefined;

/**
 * The issuers that the operating system trusts, in PEM, with those of NODE_EXTRA_CA_CERTS; where it has none, those that the
 * runtime was built with. They are read once.
 */
export function systemIssuers(): string[] {
  if (found !== undefined) return found;
  const system = getCACertificates('system');
  const trusted = system.length > 0 ? system : getCACertificates('bundled');
  found = [...new Set([...trusted, ...getCACertificates('extra')])];
  return found;
}
