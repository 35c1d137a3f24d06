import { constants, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
  type TLSSocketOptions,
} from 'node:tls';
import { now } from '../../clock.ts';
import type { ListenTlsConfig } from '../../config/config.ts';
import { checkPair, readCertificates } from '../../config/pem.ts';
import { certificateNames } from './certificate-names.ts';
import { stampOf } from './stamp.ts';
import { ticketKeys } from './ticket-keys.ts';

/** What every browser of the last ten years speaks, none of it without forward secrecy; which one is the client's choice. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** How long a session may be resumed, in seconds: after that a certificate is looked at anew. */
const SESSION_LIFETIME = 300;

/** A certificate that is shown to clients. */
export interface ServedCertificate {
  readonly file: string;
  /** Host names in lower case; a wildcard has `*` for its first label. */
  readonly names: readonly string[];
  /** When it ends, in milliseconds since 1970. */
  readonly notAfter: number;
}

/** What a listener speaks TLS with, as its files were when they were read. */
export interface Credentials {
  readonly config: ListenTlsConfig;
  readonly certificates: readonly ServedCertificate[];
  /** What a connection is set up with. */
  readonly options: TLSSocketOptions;
  /** Of the files, taken before they were read. */
  readonly stamp: string;
}

/** Reads the files of a listener; throws Misread with the file and the remedy. */
export function readCredentials(config: ListenTlsConfig): Credentials {
  const stamp = stampOf(config);
  const terms = termsOf(config);
  const pairs = config.certificates.map(pair => readPair(pair, terms));
  const choose = chooser(pairs);
  const options: TLSSocketOptions = {
    isServer: true,
    secureContext: pairs[0]!.context,
    ALPNProtocols: ['http/1.1'],
    requestCert: config.clientCa !== '',
    rejectUnauthorized: config.clientCa !== '' && config.clientAuth === 'required',
    SNICallback: (name, chosen) => chosen(null, choose(name)),
  };
  return { config, options, certificates: pairs.map(({ served }) => served), stamp };
}

interface Pair {
  readonly served: ServedCertificate;
  readonly context: SecureContext;
}

function readPair({ cert, key }: { cert: string; key: string }, terms: SecureContextOptions): Pair {
  checkPair(cert, key);
  const [certificate] = readCertificates(cert);
  return {
    served: {
      file: cert,
      names: certificateNames(certificate!),
      notAfter: Date.parse(certificate!.validTo),
    },
    context: createSecureContext({ ...terms, cert: readFileSync(cert), key: readFileSync(key) }),
  };
}

/** What goes for all certificates of a listener. */
function termsOf({ clientCa, clientAuth, minVersion }: ListenTlsConfig): SecureContextOptions {
  const issuers = clientCa === '' ? [] : readCertificates(clientCa).map(String);
  const policy = createHash('sha256')
    .update([clientAuth, ...issuers].join('\n'))
    .digest('hex')
    .slice(0, 32);
  return {
    minVersion: `TLSv${minVersion}`,
    maxVersion: 'TLSv1.3',
    ciphers: CIPHERS,
    // The client knows whether its machine is faster with AES or with ChaCha20.
    honorCipherOrder: false,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
    // A session is resumed only where its client would be let in anew.
    sessionIdContext: policy,
    ticketKeys: ticketKeys(policy, now()),
    sessionTimeout: SESSION_LIFETIME,
    ...(issuers.length === 0 ? {} : { ca: issuers }),
  };
}

/** Which certificate a host gets: the first for its very name, else the first for the wildcard; undefined: the first of all. */
function chooser(pairs: readonly Pair[]): (host: string) => SecureContext | undefined {
  const contexts = new Map<string, SecureContext>();
  for (const { served, context } of pairs) {
    for (const name of served.names) if (!contexts.has(name)) contexts.set(name, context);
  }
  return host => {
    const name = host.toLowerCase();
    return contexts.get(name) ?? contexts.get(`*${name.slice(name.indexOf('.'))}`);
  };
}
