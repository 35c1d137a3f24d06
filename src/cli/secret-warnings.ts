import { statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { readCertificates } from '../config/pem.ts';
import { listenTitle } from './listener-summary.ts';

const DAY = 86_400_000;

/** So many days before its end a certificate is spoken of. */
const NOTICE = 14;

/** A certificate with its key, and what it is for in words. */
interface Pair {
  readonly title: string;
  readonly cert: string;
  readonly key: string;
}

/** Certificates that are not good at present or not for long, and keys that others can read; one line each. */
export function secretWarnings({ listen, pools }: Config, time = Date.now()): string[] {
  const served = listen.flatMap(one =>
    (one.tls?.certificates ?? []).map((pair): Pair => ({ title: listenTitle(one), ...pair })),
  );
  const shown = pools.flatMap(({ name, backends }) =>
    backends.flatMap(({ url, tls }): Pair[] =>
      tls === undefined || tls.cert === ''
        ? []
        : [{ title: `the pool ${name}: ${url}`, cert: tls.cert, key: tls.key }],
    ),
  );
  return [...new Set([...served, ...shown].flatMap(pair => [...timeFaults(pair, time), ...openKeys(pair)]))];
}

function timeFaults({ title, cert }: Pair, time: number): string[] {
  const [certificate] = certificatesIn(cert);
  if (certificate === undefined) return [];
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  if (time > to)
    return [`${title}: the certificate ${cert} has expired on ${day(to)}: whoever checks it refuses it`];
  if (time < from)
    return [`${title}: the certificate ${cert} is good from ${day(from)} on only; is the clock right?`];
  const days = Math.floor((to - time) / DAY);
  return days >= NOTICE
    ? []
    : [
        `${title}: the certificate ${cert} expires on ${day(to)}, in ${days === 1 ? 'a day' : `${days} days`}`,
      ];
}

/** That they cannot be read is a mistake, and not found here. */
function certificatesIn(file: string): ReturnType<typeof readCertificates> {
  try {
    return readCertificates(file);
  } catch {
    return [];
  }
}

function openKeys({ key }: Pair): string[] {
  const mode = statSync(key, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o004) === 0 ? [] : [`everybody on this machine can read the key ${key}: chmod o-r ${key}`];
}
