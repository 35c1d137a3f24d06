import { readFileSync, type Stats, statSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { recent } from '../clock.ts';
import { checkPair, readCertificates } from '../config/pem.ts';
import { systemIssuers } from './system-issuers.ts';

/** How long nobody looks again whether files have changed, in milliseconds. */
const REST = 1_000;

/** The files that TLS to a backend is spoken with; empty: there is none. */
export interface FileNames {
  /** Issuers that are believed in place of those of the system. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * What is spoken with by certificates in files: the same for all who name the same files, and made anew when these have
 * changed. That is looked for when a connection is about to be made, once a second at most and before it is: it must not
 * trust whom the files do not name any more, however long nobody has connected.
 */
export class CertificateFiles {
  /** As many as there are sets of files that a configuration has named. */
  static readonly #known = new Map<string, CertificateFiles>();
  readonly #names: FileNames;
  /** Why the files cannot be used as they are now, while the context from before stays in force; empty: they can. */
  refusal = '';
  #context: SecureContext;
  #marks: string;
  #lookedAt = recent();

  /** Those with these names. Throws if they cannot be used. */
  static of(names: FileNames): CertificateFiles {
    const key = pathsOf(names).join('\0');
    const known = CertificateFiles.#known.get(key);
    known?.renew();
    const files = known ?? new CertificateFiles(names);
    CertificateFiles.#known.set(key, files);
    return files;
  }

  private constructor(names: FileNames) {
    this.#names = names;
    this.#marks = marksOf(names);
    this.#context = contextOf(names);
  }

  /** What is in force at present. */
  get context(): SecureContext {
    if (recent() - this.#lookedAt >= REST) this.renew();
    return this.#context;
  }

  /** Reads the files again if they have changed. */
  renew(): void {
    this.#lookedAt = recent();
    const marks = marksOf(this.#names);
    if (marks === this.#marks) return;
    // Files that cannot be used are not read again before they have changed once more.
    this.#marks = marks;
    try {
      this.#context = contextOf(this.#names);
      this.refusal = '';
    } catch (error) {
      this.refusal = (error as Error).message;
    }
  }
}

function pathsOf({ ca, cert, key }: FileNames): string[] {
  return [ca, cert, key];
}

/** What differs when one of the files has been written or replaced. */
function marksOf(names: FileNames): string {
  const paths = pathsOf(names).filter(path => path !== '');
  return paths.map(path => markOf(statSync(path, { throwIfNoEntry: false }))).join();
}

function markOf(found: Stats | undefined): string {
  if (found === undefined) return 'missing';
  // Who may read a file changes nothing but the last of them.
  const { dev, ino, size, mtimeMs, ctimeMs } = found;
  return [dev, ino, size, mtimeMs, ctimeMs].join('/');
}

/** Of a file without a certificate the runtime says nothing: it would trust nobody from then on. */
function contextOf({ ca, cert, key }: FileNames): SecureContext {
  const issuers = ca === '' ? systemIssuers() : readCertificates(ca).map(String);
  if (cert !== '') checkPair(cert, key);
  return createSecureContext({
    ca: issuers,
    ...(cert === '' ? undefined : { cert: readFileSync(cert), key: readFileSync(key) }),
  });
}
