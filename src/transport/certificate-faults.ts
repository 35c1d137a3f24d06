/** What is wrong with a certificate, by OpenSSL's or Node's code: for clients, and what an operator is told beside that. */
const FAULTS: Readonly<Record<string, readonly [fault: string, remedy: string]>> = {
  CERT_HAS_EXPIRED: ['certificate has expired', ''],
  CERT_NOT_YET_VALID: ['certificate is not yet valid', 'is a clock wrong?'],
  CERT_REVOKED: ['certificate was revoked', ''],
  ERR_TLS_CERT_ALTNAME_INVALID: ['certificate is for another name', ''],
  ERR_TLS_CERT_ALTNAME_FORMAT: ['certificate has names that cannot be read', ''],
  HOSTNAME_MISMATCH: ['certificate is for another name', ''],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'certificate is self-signed',
    'ca= with the certificate itself would trust it',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'certificate has an unknown issuer',
    'ca= names the file of those to be trusted',
  ],
  UNABLE_TO_GET_ISSUER_CERT: [
    'certificate has an unknown issuer',
    'ca= names the file of those to be trusted',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'certificate has an unknown issuer',
    'ca= names the file of those to be trusted',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'certificate has an unknown issuer',
    'ca= names the file of those to be trusted, unless the backend leaves out a part of its chain',
  ],
  CERT_UNTRUSTED: ['certificate is not trusted', ''],
  CERT_REJECTED: ['certificate is not trusted', ''],
  CERT_SIGNATURE_FAILURE: ['certificate has a wrong signature', ''],
  CERT_CHAIN_TOO_LONG: ['certificate has a chain that is too long', ''],
  PATH_LENGTH_EXCEEDED: ['certificate has a chain that is too long', ''],
  INVALID_CA: ['certificate has an issuer that may issue none', ''],
  INVALID_PURPOSE: ['certificate is not for servers', ''],
};

/** What is wrong with a certificate. */
export interface CertificateFault {
  /** Without a name, fit for clients. */
  readonly fault: string;
  /** For the log. */
  readonly words: string;
}

/** The fault of a certificate that an error speaks of; undefined: it speaks of something else. `name` is whose it should be. */
export function certificateFault(error: Error, name: string): CertificateFault | undefined {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const known =
    FAULTS[code] ?? (/CERT|ISSUER|CRL/.test(code) && !code.startsWith('ERR_') ? OTHER : undefined);
  if (known === undefined) return undefined;
  const [fault, remedy] = known;
  const more = [mismatch(error, name), known === OTHER ? message : '', remedy].filter(words => words !== '');
  return { fault, words: [`its ${fault} (${code})`, ...more].join('; ') };
}

const OTHER = ['certificate was not accepted', ''] as const;

function mismatch(error: Error, name: string): string {
  const { cert } = error as { cert?: { subjectaltname?: string; subject?: { CN?: unknown } } };
  if (cert === undefined) return '';
  const names = cert.subjectaltname ?? (cert.subject?.CN === undefined ? '' : `CN:${cert.subject.CN}`);
  return `wanted ${name}, and it is for ${names === '' ? 'nobody' : names.slice(0, 300)}`;
}
