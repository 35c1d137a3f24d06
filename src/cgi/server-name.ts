import { isIPv4, isIPv6 } from 'node:net';
import type { BackendRequest } from '../protocol.ts';

/** The name and port by which the client knows the server: SERVER_NAME and SERVER_PORT (RFC 3875, 4.1.14 and 4.1.15). */
export interface ServerName {
  readonly host: string;
  readonly name: string;
  readonly port: string;
}

/** A host name or an IPv4 address, or an IPv6 address in brackets, and perhaps a port. */
const NAMED = /^([\w.-]+|\[[0-9A-Fa-f:.]+\])(?::(\d*))?$/;

const NONE: ServerName = { host: '', name: '', port: '' };
let lastPlain = NONE;
let lastSecure = NONE;

/**
 * Read from the Host, where a port that is not given means the scheme's. A Host that is missing, or that names no plain
 * host, is replaced by the address at which the request came in: applications build links and rules from the name. What a
 * trusted proxy says of the port goes before all that.
 */
export function serverName(request: BackendRequest): ServerName {
  const named = nameOf(request);
  return request.publicPort === 0 ? named : { ...named, port: String(request.publicPort) };
}

function nameOf(request: BackendRequest): ServerName {
  // Most requests name the same host.
  const last = request.secure ? lastSecure : lastPlain;
  if (last.host === request.host && last !== NONE) return last;
  const match = NAMED.exec(request.host);
  if (match === null) return ownName(request);
  const usual = request.secure ? '443' : '80';
  const port = match[2] === undefined || match[2] === '' ? usual : String(Number(match[2]));
  const named = { host: request.host, name: match[1]!, port };
  if (request.secure) lastSecure = named;
  else lastPlain = named;
  return named;
}

function ownName({ host, ends, secure }: BackendRequest): ServerName {
  const { localAddress, localPort } = ends;
  const name = isIPv6(localAddress) ? `[${localAddress}]` : isIPv4(localAddress) ? localAddress : 'localhost';
  return { host, name, port: localPort === 0 ? (secure ? '443' : '80') : String(localPort) };
}
