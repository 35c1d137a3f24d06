import { writeSync } from 'node:fs';
import { isIP, type OnReadOpts } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  type PeerCertificate,
  type TLSSocket,
} from 'node:tls';
import { now, recent } from '../clock.ts';
import type { Asking, Destination, DestinationTls, TlsSession } from '../protocol.ts';
import type { ByteStream, StreamOwner } from './byte-stream.ts';
import { endedByCloseNotify } from './close-notify.ts';
import { EarlyEnd } from './early-end.ts';
import { placeWords } from './place-words.ts';
import { systemPath } from './socket-path.ts';
import { tlsError } from './tls-error.ts';

const KEEP_ALIVE = 60_000;

const TO_BACKENDS = { allowHalfOpen: true } as const;

/** What of the system's handle is used. */
interface Handle {
  /** Of the socket below. */
  readonly fd?: number;
}

/** A TLS connection read into buffers of ours, and what has to be known of it. */
interface TlsStream extends TLSSocket {
  owner: StreamOwner;
  destination: Destination;
  tls: DestinationTls;
  /** Those of its certificates; others have other ones since. */
  sessions: DestinationTls['sessions'];
  /** The one that the handshake began with. */
  session: TlsSession | undefined;
  /** The handshake is over, and the certificate was found good. */
  secured: boolean;
  checkedAt: number;
  _handle: Handle | null;
}

/** Connects to where a backend listens and speaks TLS there; it is open when the handshake is over and its certificate was checked. */
export function dialTls(
  destination: Destination,
  tls: DestinationTls,
  request: Asking,
  owner: StreamOwner,
): ByteStream {
  const { host, port, path, lookup, opening } = destination;
  // What is in force first: sessions go with certificates that have changed.
  const { context } = tls;
  const { sessions } = tls;
  const session = sessions.latest;
  const socket = connect({
    ...(path === ''
      ? { host, port, ...(lookup === undefined ? undefined : { lookup }) }
      : { path: systemPath(path) }),
    ...TO_BACKENDS,
    secureContext: context,
    // An address is no server name (RFC 6066, 3).
    servername: isIP(tls.name) === 0 ? tls.name : '',
    rejectUnauthorized: tls.verified,
    checkServerIdentity: (_: string, certificate: PeerCertificate) =>
      checkServerIdentity(tls.name, certificate),
    ...(tls.offers.length === 0 ? undefined : { ALPNProtocols: [...tls.offers] }),
    session: session?.bytes,
    onread: {
      buffer: () => owner.nextBuffer as Uint8Array<ArrayBuffer>,
      callback: (bytes: number, buffer: Uint8Array) => owner.received(bytes, buffer as Buffer),
    },
  } as ConnectionOptions & { onread: OnReadOpts }) as TlsStream;
  // Before the handshake begins, which waits for the same event.
  if (opening !== undefined) socket.prependListener('connect', () => sendFirst(socket, opening(request)));
  const facts = { owner, destination, tls, sessions, session, secured: false, checkedAt: 0 };
  return follow(Object.assign(socket, facts));
}

/** Puts bytes before those of TLS. The socket has just been connected: there is room for them. */
function sendFirst(socket: TlsStream, bytes: Buffer): void {
  try {
    writeSync(socket._handle!.fd!, bytes);
  } catch (error) {
    socket.destroy(error as Error);
  }
}

function follow(socket: TlsStream): TlsStream {
  socket.push = push;
  socket.destroy = destroy;
  return Object.defineProperty(socket, 'outdated', OUTDATED)
    .on('connect', connected)
    .on('secureConnect', opened)
    .on('session', keep)
    .on('drain', drained)
    .on('timeout', stalled)
    .on('error', broken)
    .on('close', closed);
}

/** What was verified by other certificates than those in force says nothing of who is believed now. */
const OUTDATED = {
  get(this: TlsStream): boolean {
    return this.sessions !== this.tls.sessions;
  },
};

function connected(this: TlsStream): void {
  now();
  this.setNoDelay(true);
  this.setKeepAlive(true, KEEP_ALIVE);
}

function opened(this: TlsStream): void {
  now();
  this.secured = true;
  const { session } = this;
  const resumed = session !== undefined && this.isSessionReused();
  this.checkedAt = resumed ? session.checkedAt : recent();
  this.owner.opened();
}

function keep(this: TlsStream, bytes: Buffer): void {
  this.sessions.keep({ bytes, checkedAt: this.checkedAt });
}

/** The end of the stream, at once: the 'end' event would come later, and not at all after a failed write. */
function push(this: TlsStream, chunk: unknown, encoding?: BufferEncoding): boolean {
  if (chunk === null && !this.destroyed && this.secured) {
    now();
    if (endedByCloseNotify(this)) this.owner.ended();
    else this.owner.broken(new EarlyEnd());
  }
  return Object.getPrototypeOf(this).push.call(this, chunk, encoding);
}

/** A failed write must not destroy what explains it: read first, then decide (RFC 9112, 9.5). */
function destroy(this: TlsStream, error?: Error): TlsStream {
  const failedWrite = error !== undefined && (error as NodeJS.ErrnoException).syscall === 'write';
  if (failedWrite && this.secured && !this.destroyed && this.owner.writeFailed(error)) return this;
  return Object.getPrototypeOf(this).destroy.call(this, error);
}

function drained(this: TlsStream): void {
  now();
  this.owner.drained();
}

function stalled(this: TlsStream): void {
  now();
  this.owner.stalled();
}

function broken(this: TlsStream, error: Error): void {
  now();
  const { tls, sessions, owner } = this;
  if (!this.secured) sessions.forget();
  const stage = this.secured ? (this.bytesRead === 0 ? 'unanswered' : 'answered') : 'handshake';
  owner.broken(tlsError(placeWords(this.destination), tls, stage, error));
}

function closed(this: TlsStream): void {
  now();
  this.owner.closed();
}
