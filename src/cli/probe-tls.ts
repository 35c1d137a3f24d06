import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { BackendConfig, BackendTlsConfig } from '../config/config.ts';
import { checkPair, readCertificates } from '../config/pem.ts';
import { systemIssuers } from '../transport/system-issuers.ts';

/** The name that the certificate of a backend has to be for. */
export function probedName({ host, tls }: BackendConfig): string {
  return tls?.sni || host.replace(/\.$/, '');
}

/** How a backend is trusted, and what is shown to it. Throws Misread if a file cannot be used. */
export function tlsOptions(backend: BackendConfig, tls: BackendTlsConfig): ConnectionOptions {
  const name = probedName(backend);
  if (tls.ca !== '') readCertificates(tls.ca);
  if (tls.cert !== '') checkPair(tls.cert, tls.key);
  return {
    ca: tls.ca === '' ? systemIssuers() : readFileSync(tls.ca),
    ...(tls.cert === '' ? {} : { cert: readFileSync(tls.cert), key: readFileSync(tls.key) }),
    servername: isIP(name) === 0 ? name : '',
    rejectUnauthorized: !tls.insecure,
    checkServerIdentity: (_, certificate) => checkServerIdentity(name, certificate),
  };
}
