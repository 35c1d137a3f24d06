import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import forge from 'node-forge';
import { afterwards } from './afterwards.ts';

const DAY = 86_400_000;

/** What a certificate is to say. */
export interface Subject {
  readonly name: string;
  /** Host names and addresses that it is for; without any: its name. */
  readonly hosts?: readonly string[];
  /** Days from now; from yesterday to tomorrow unless it is said. */
  readonly from?: number;
  readonly to?: number;
  /** Whether it may issue others. */
  readonly issuer?: boolean;
}

/** A certificate and its key, as PEM and as files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Making a key takes longer than all the rest, and no test cares which it is. */
let keys: { readonly publicKey: string; readonly privateKey: string } | undefined;

/** An issuer of certificates whose files are gone when the test is over. */
export class Authority {
  readonly certFile: string;
  readonly cert: string;
  readonly #folder: string;
  readonly #name: string;
  #files = 0;

  constructor(t: TestContext, name = 'Test Authority') {
    this.#folder = mkdtempSync(join(tmpdir(), 'sluice-certificates-'));
    afterwards(t, () => rmSync(this.#folder, { recursive: true, force: true }));
    this.#name = name;
    const { cert, certFile } = this.issue({ name, issuer: true });
    this.cert = cert;
    this.certFile = certFile;
  }

  /** A certificate by this issuer; its own by itself. */
  issue({ name, hosts = [name], from = -1, to = 1, issuer = false }: Subject): Certificate {
    keys ??= generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const made = forge.pki.createCertificate();
    made.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
    made.serialNumber = `01${randomBytes(8).toString('hex')}`;
    made.validity.notBefore = new Date(Date.now() + from * DAY);
    made.validity.notAfter = new Date(Date.now() + to * DAY);
    made.setSubject([{ name: 'commonName', value: name }]);
    made.setIssuer([{ name: 'commonName', value: this.#name }]);
    made.setExtensions(
      issuer ? OF_AN_ISSUER : [{ name: 'subjectAltName', altNames: hosts.map(alternative) }],
    );
    made.sign(forge.pki.privateKeyFromPem(keys.privateKey), forge.md.sha256.create());
    return this.#write(forge.pki.certificateToPem(made), keys.privateKey);
  }

  #write(cert: string, key: string): Certificate {
    const number = ++this.#files;
    const certFile = join(this.#folder, `${number}.crt`);
    const keyFile = join(this.#folder, `${number}.key`);
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key, { mode: 0o600 });
    return { cert, key, certFile, keyFile };
  }
}

const OF_AN_ISSUER = [
  { name: 'basicConstraints', cA: true, critical: true },
  { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
];

/** A host as a subject alternative name (RFC 5280, 4.2.1.6). */
function alternative(host: string): { type: number; value?: string; ip?: string } {
  return /^[\d.]+$|:/.test(host) ? { type: 7, ip: host } : { type: 2, value: host };
}
