import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DAY = 86_400_000;

/**
 * Makes a certificate for this machine that nobody but itself vouches for, in files that are taken away when the process
 * ends; the options by which a listener uses it.
 */
export async function demoCertificate(): Promise<string> {
  // It is large, and only this wants it.
  const { default: forge } = await import('node-forge');
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const made = forge.pki.createCertificate();
  made.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
  made.serialNumber = `01${randomBytes(8).toString('hex')}`;
  made.validity.notBefore = new Date(Date.now() - DAY);
  made.validity.notAfter = new Date(Date.now() + 30 * DAY);
  const name = [{ name: 'commonName', value: 'Sluice demo' }];
  made.setSubject(name);
  made.setIssuer(name);
  made.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: ALTERNATIVES },
  ]);
  made.sign(forge.pki.privateKeyFromPem(keys.privateKey), forge.md.sha256.create());
  return written(forge.pki.certificateToPem(made), keys.privateKey);
}

/** By which a browser on this machine finds the demo (RFC 5280, 4.2.1.6: 2 is a host name, 7 an address). */
const ALTERNATIVES = [
  { type: 2, value: 'localhost' },
  { type: 7, ip: '127.0.0.1' },
  { type: 7, ip: '::1' },
];

function written(cert: string, key: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'demo.pem');
  writeFileSync(file, cert + key, { mode: 0o600 });
  return `tls,cert=${file},key=${file}`;
}
