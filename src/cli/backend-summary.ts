import { usualName } from '../config/backend-url.ts';
import type { BackendConfig, PoolConfig } from '../config/config.ts';
import { isDirectory } from './files.ts';
import { type Found, nameWords } from './name-summary.ts';

/** A backend and how it is spoken to, in words; `found`: what names were found to stand for. */
export function backendLine(backend: BackendConfig, pool: PoolConfig, found: Found): string {
  const parts = [backend.url, ...nameWords(backend, found), ...tlsWords(backend)];
  if (backend.scheme === 'cgi') parts.push(programs(backend.path));
  if (backend.name !== usualName(backend)) parts.push(`named ${backend.name}`);
  if (backend.weight !== 1) parts.push(`weight ${backend.weight}`);
  if (backend.maxConns !== undefined && backend.maxConns !== pool.maxConns) {
    parts.push(`at most ${backend.maxConns} in flight`);
  }
  if (backend.multiplex > 1) parts.push(`up to ${backend.multiplex} on a connection if the application can`);
  if (backend.sendProxy !== 0) parts.push(`told of clients by a PROXY header, version ${backend.sendProxy}`);
  if (backend.backup) parts.push('backup');
  return parts.join(', ');
}

function tlsWords({ tls }: BackendConfig): string[] {
  if (tls === undefined) return [];
  return [
    tls.insecure
      ? 'INSECURE: its certificate is not checked'
      : `its certificate is by ${tls.ca === '' ? "the system's issuers" : `an issuer in ${tls.ca}`}`,
    ...(tls.sni === '' ? [] : [`asked for as ${tls.sni}`]),
    ...(tls.cert === '' ? [] : [`shown the certificate ${tls.cert}`]),
  ];
}

function programs(path: string): string {
  return isDirectory(path) ? 'a directory of programs, picked by the path' : 'one program for all paths';
}
