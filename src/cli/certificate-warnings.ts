import { certificateNames } from '../client/tls/certificate-names.ts';
import type { ListenConfig } from '../config/config.ts';
import { readCertificates } from '../config/pem.ts';
import { listenTitle } from './listener-summary.ts';

/** Certificates of a listener that no client gets, for others before them are for the same names; one line each. */
export function certificateWarnings(listen: ListenConfig): string[] {
  const seen = new Map<string, string>();
  return (listen.tls?.certificates ?? []).flatMap(({ cert }, i) => {
    const names = namesIn(cert);
    const others = names.map(name => seen.get(name));
    for (const name of names) if (!seen.has(name)) seen.set(name, cert);
    // The first is also for clients that ask for no name, or for one that nobody knows.
    if (i === 0 || others.some(other => other === undefined)) return [];
    return [`${listenTitle(listen)}: ${faultOf(cert, names, others as string[])}`];
  });
}

function faultOf(cert: string, names: readonly string[], others: readonly string[]): string {
  if (names.length === 0)
    return `the certificate ${cert} is for no name that a client could ask for, and only the first is shown without one; leave it out`;
  if (others.every(other => other === cert)) return `the certificate ${cert} is given twice: leave one out`;
  const before = [...new Set(others)].join(', ');
  return `the certificate ${cert} is never shown, for ${before} before it is for ${names.join(', ')} as well; leave one out`;
}

/** That a file cannot be read is a mistake, and not found here. */
function namesIn(cert: string): readonly string[] {
  try {
    return certificateNames(readCertificates(cert)[0]!);
  } catch {
    return [];
  }
}
