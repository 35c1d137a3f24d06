import type { Socket } from 'node:net';
import type { Networks } from '../config/cidr.ts';
import type { ListenConfig } from '../config/config.ts';

const MAPPED = '::ffff:';

/** Who is at the other end of a client connection. */
export interface Peer {
  readonly address: string;
  /** Whether its X-Forwarded-* and X-Request-Id are believed. */
  readonly trusted: boolean;
  readonly scheme: 'http' | 'https';
}

/** The address of the other side of a TCP connection, IPv4 in its own notation; `unknown` if it has gone already. */
export function peerAddress(socket: Socket): string {
  const address = socket.remoteAddress;
  if (address === undefined) return 'unknown';
  return address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address;
}

/** Who is at the other end of a connection accepted on TCP or on a unix socket. */
export function peerOf(socket: Socket, kind: ListenConfig['kind'], trusted: Networks): Peer {
  if (kind === 'unix') return { address: 'unix', trusted: trusted.containsUnix, scheme: 'http' };
  const address = peerAddress(socket);
  return { address, trusted: trusted.contains(address), scheme: 'http' };
}

/**
 * The client behind trusted proxies: the rightmost address of X-Forwarded-For that is not a trusted proxy itself, since
 * everything left of it is hearsay; the peer if there is none.
 */
export function clientBehind(forwardedFor: string, peer: string, trusted: Networks): string {
  const hops = forwardedFor.split(',');
  for (let i = hops.length - 1; i >= 0; i--) {
    const hop = hops[i]!.trim();
    if (hop !== '' && !trusted.contains(hop)) return hop;
  }
  return hops[0]!.trim() || peer;
}
