import { Networks, UNIX } from '../config/cidr.ts';
import type { ListenConfig } from '../config/config.ts';
import type { ConnectionEnds, TlsFacts } from '../protocol.ts';
import type { ClientStream } from './client-stream.ts';
import { unmapped } from './plain-address.ts';
import type { ProxyHeader } from './proxy-header.ts';

const NOBODY = new Networks([]);

/** Who is at the other end of a client connection. */
export interface Peer extends ConnectionEnds {
  readonly address: string;
  /** Whether its X-Forwarded-* and X-Request-Id are believed. */
  readonly trusted: boolean;
  readonly scheme: 'http' | 'https';
  /** Of the connection to this gateway; null: it is without TLS. */
  readonly tls: TlsFacts | null;
}

/** What knows the ends of a connection. */
export type SocketEnds = Pick<ClientStream, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>;

/** What stands for the address of who has gone already, or is not named. */
export const GONE = 'unknown';

/** The address of the other side of a TCP connection, IPv4 in its own notation; GONE if it has gone already. */
export function peerAddress(socket: SocketEnds): string {
  const address = socket.remoteAddress;
  if (address === undefined) return GONE;
  return unmapped(address);
}

/**
 * Who is at the other end of a connection accepted on TCP or on a unix socket; with the PROXY header that it began with, who
 * is at the other end of the one that is passed on.
 */
export function peerOf(
  socket: SocketEnds,
  kind: ListenConfig['kind'],
  trusted: Networks,
  header: ProxyHeader | null = null,
  tls: TlsFacts | null = null,
): Peer {
  if (header === null || header.kind === 'local') return directPeer(socket, kind, trusted, tls);
  // A proxy that does not say for whom it speaks vouches for nothing that it passes on.
  if (header.kind === 'unknown') return directPeer(socket, kind, NOBODY, tls);
  return new ProxiedPeer(header, trusted, tls);
}

function directPeer(
  socket: SocketEnds,
  kind: ListenConfig['kind'],
  trusted: Networks,
  tls: TlsFacts | null,
): Peer {
  const address = kind === 'unix' ? UNIX : peerAddress(socket);
  const believed = address === UNIX ? trusted.containsUnix : trusted.contains(address);
  return new SocketPeer(socket, address, believed, tls);
}

/** A client that a proxy has told of by a PROXY header. */
class ProxiedPeer implements Peer {
  readonly tls: TlsFacts | null;
  readonly address: string;
  readonly trusted: boolean;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  private readonly secure: boolean;

  constructor({ kind, ends, secure }: ProxyHeader, trusted: Networks, tls: TlsFacts | null) {
    this.tls = tls;
    this.address = kind === 'unix' ? UNIX : ends.remoteAddress;
    this.trusted = kind === 'unix' ? trusted.containsUnix : trusted.contains(this.address);
    this.remoteAddress = ends.remoteAddress;
    this.remotePort = ends.remotePort;
    this.localAddress = ends.localAddress;
    this.localPort = ends.localPort;
    this.secure = secure || tls !== null;
  }

  get scheme(): 'http' | 'https' {
    return this.secure ? 'https' : 'http';
  }
}

/** Asks the system for what few requests need only when they do. */
class SocketPeer implements Peer {
  readonly tls: TlsFacts | null;
  readonly address: string;
  readonly trusted: boolean;
  private readonly socket: SocketEnds;
  private local: { readonly address: string; readonly port: number } | undefined;
  private port = -1;

  constructor(socket: SocketEnds, address: string, trusted: boolean, tls: TlsFacts | null) {
    this.socket = socket;
    this.address = address;
    this.trusted = trusted;
    this.tls = tls;
  }

  get scheme(): 'http' | 'https' {
    return this.tls === null ? 'http' : 'https';
  }

  get remoteAddress(): string {
    return this.address === UNIX ? '' : this.address;
  }

  get remotePort(): number {
    if (this.port === -1) this.port = this.socket.remotePort ?? 0;
    return this.port;
  }

  get localAddress(): string {
    return this.localEnd.address;
  }

  get localPort(): number {
    return this.localEnd.port;
  }

  private get localEnd() {
    this.local ??= { address: unmapped(this.socket.localAddress ?? ''), port: this.socket.localPort ?? 0 };
    return this.local;
  }
}
