import type { Log } from '../../log/log.ts';
import type { ServedCertificate } from './credentials.ts';

const DAY = 86_400_000;

/** So many days before its end the log begins to speak of it. */
const NOTICE = 14;

/** Tells the log of certificates that end soon, or have ended. */
export function warnOfExpiry(certificates: readonly ServedCertificate[], log: Log, time = Date.now()): void {
  for (const { file, names, notAfter } of certificates) {
    const days = Math.floor((notAfter - time) / DAY);
    if (days >= NOTICE) continue;
    const facts = { file, names: names.join(', '), notAfter: new Date(notAfter).toISOString() };
    if (notAfter <= time) log.warn('a certificate has expired: clients refuse it', facts);
    else log.warn(`a certificate expires in ${days === 1 ? 'a day' : `${days} days`}`, facts);
  }
}
