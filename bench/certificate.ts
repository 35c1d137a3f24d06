import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate on the curve P-256 and its key, as files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** Both in one file, as HAProxy wants them. */
  readonly both: string;
}

const made = new Map<string, Certificate>();

/** The certificate of the run whose folder that is; made by openssl when it is first asked for. */
export function certificateIn(folder: string): Certificate {
  let certificate = made.get(folder);
  if (certificate === undefined) made.set(folder, (certificate = make(folder)));
  return certificate;
}

function make(folder: string): Certificate {
  const [cert, key, both] = ['cert.pem', 'key.pem', 'both.pem'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = [
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-days',
    '2',
  ];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], {
    stdio: 'pipe',
  });
  writeFileSync(both, readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'), { mode: 0o600 });
  return { cert, key, both };
}
