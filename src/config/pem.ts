import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { Misread, show } from './misread.ts';
import { systemWords } from './system-words.ts';

/** More than any chain, and less than the issuers of all the world take. */
const LARGEST = 4 * 1_048_576;

const CERTIFICATE =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]+-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

const BEGINNING = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** The certificates in a file in PEM, in its order; throws Misread if it cannot be read, holds none, or a part of one. */
export function readCertificates(file: string): readonly X509Certificate[] {
  const text = readText(file);
  const blocks = text.match(CERTIFICATE) ?? [];
  const begun = text.match(BEGINNING)?.length ?? 0;
  if (begun > blocks.length && blocks.length > 0) {
    throw new Misread(`${show(file)} holds a part of a certificate; is the file whole?`);
  }
  if (blocks.length === 0) {
    throw new Misread(`${show(file)} holds no certificate in PEM (a line -----BEGIN CERTIFICATE-----)`);
  }
  return blocks.map((block, i) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new Misread(`${show(file)}: its certificate ${i + 1} cannot be read; is the file whole?`);
    }
  });
}

/** The private key in a file in PEM; throws Misread if it cannot be read, holds none, or one with a passphrase. */
export function readKey(file: string): KeyObject {
  const text = readText(file);
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new Misread(`${show(file)} holds no private key in PEM (a line -----BEGIN PRIVATE KEY-----)`);
  }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text)) {
    throw new Misread(
      `the key in ${show(file)} has a passphrase, which nobody could type in: take it off with openssl pkey -in FILE -out NEW`,
    );
  }
  try {
    return createPrivateKey(text);
  } catch {
    throw new Misread(`the private key in ${show(file)} cannot be read; is the file whole?`);
  }
}

/** Checks that the key in one file is that of the first certificate in the other; throws Misread. */
export function checkPair(certFile: string, keyFile: string): void {
  const [certificate] = readCertificates(certFile);
  if (certificate!.checkPrivateKey(readKey(keyFile))) return;
  throw new Misread(
    `the key in ${show(keyFile)} is not that of the first certificate in ${show(certFile)}: its own certificate stands first in a chain, or the files were mixed up`,
  );
}

function readText(file: string): string {
  try {
    const found = statSync(file);
    if (found.isDirectory()) throw new Misread(`${show(file)} is a directory`);
    if (!found.isFile()) throw new Misread(`${show(file)} is no regular file, which can be read again`);
    if (found.size > LARGEST) throw new Misread(`${show(file)} is too long for certificates`);
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (error instanceof Misread) throw error;
    throw new Misread(`cannot read ${show(file)}: ${systemWords(error)}`);
  }
}
