import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { now } from '../../clock.ts';
import { endedByCloseNotify } from '../../transport/close-notify.ts';
import type { SocketOwner } from '../../transport/raw-socket.ts';
import type { Arrival } from '../arrival.ts';
import type { ClientStream } from '../client-stream.ts';
import { LINGER } from '../connection-bounds.ts';
import type { ProxyHeader } from '../proxy-header.ts';
import type { ConnectionFacts } from './connection-facts.ts';

/** Up to so many bytes of one write are encrypted and given to the operating system before the write returns. */
const AT_ONCE = 65_536;

/** What of a socket the runtime does not tell otherwise. */
interface Handle {
  reading: boolean;
  readonly writeQueueSize: number;
  readStop(): void;
}

interface WithHandle {
  readonly _handle: Handle | null;
}

/** The bytes of a client connection that speaks TLS; they come in buffers of their own, without the Readable machinery. */
export class SecureStream implements Arrival, ClientStream {
  readonly tls: ConnectionFacts;
  readonly header: ProxyHeader | null;
  private readonly socket: TLSSocket;
  /** The socket below. */
  private readonly below: Socket;
  private owner: SocketOwner | null = null;
  /** Bytes of the write that was encrypted at once, while it is the only one that is under way. */
  private atOnce = 0;
  private emptyAtCork = false;
  /** Bytes that the operating system had not taken when that was looked at last. */
  private queued = 0;

  constructor(socket: TLSSocket, below: Socket, header: ProxyHeader | null, facts: ConnectionFacts) {
    this.socket = socket;
    this.below = below;
    this.header = header;
    this.tls = facts;
  }

  open(owner: SocketOwner): ClientStream {
    const { socket } = this;
    this.owner = owner;
    // In place of the method that fills the Readable: what comes goes to the owner.
    socket.push = chunk => this.read(chunk);
    socket.on('drain', () => {
      now();
      owner.drained();
    });
    socket.on('timeout', () => this.timedOut());
    socket.on('error', error => {
      now();
      owner.broken(error);
    });
    socket.on('close', () => {
      now();
      owner.closed();
    });
    return this;
  }

  get destroyed(): boolean {
    return this.socket.destroyed;
  }

  get remoteAddress(): string | undefined {
    return this.below.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.below.remotePort;
  }

  get localAddress(): string | undefined {
    return this.below.localAddress;
  }

  get localPort(): number | undefined {
    return this.below.localPort;
  }

  /** The runtime counts a write until its next turn, although the system took it at once. */
  get writableLength(): number {
    const length = this.socket.writableLength;
    if (length === 0 || length !== this.atOnce) return length;
    return handleOf(this.below)?.writeQueueSize === 0 ? 0 : length;
  }

  write(bytes: string | Buffer, encoding?: BufferEncoding, callback?: (error?: Error | null) => void) {
    const { socket } = this;
    const first = socket.writableLength === 0;
    const more = socket.write(bytes as string, encoding, callback);
    if (socket.writableCorked === 0) this.wrote(first);
    return more;
  }

  cork(): void {
    this.emptyAtCork = this.socket.writableLength === 0;
    this.socket.cork();
  }

  uncork(): void {
    this.socket.uncork();
    this.wrote(this.emptyAtCork);
  }

  end(callback?: () => void): void {
    if (callback === undefined) this.socket.end();
    else this.socket.end(callback);
  }

  pause(): void {
    const handle = handleOf(this.socket);
    if (handle === null || !handle.reading) return;
    handle.reading = false;
    handle.readStop();
  }

  resume(): void {
    this.socket._read(0);
  }

  setTimeout(milliseconds: number): void {
    this.queued = handleOf(this.below)?.writeQueueSize ?? 0;
    this.socket.setTimeout(milliseconds);
  }

  destroy(): void {
    this.socket.destroy();
  }

  destroySoon(): void {
    // The last word of TLS may find no room, for the client reads nothing.
    this.socket.setTimeout(LINGER);
    this.socket.destroySoon();
  }

  reset(): void {
    if (this.below.remoteAddress === undefined) this.socket.destroy();
    else this.below.resetAndDestroy();
  }

  /** The runtime sees only whole writes leave; a slow client takes one bit by bit. */
  private timedOut(): void {
    now();
    const { queued } = this;
    this.queued = handleOf(this.below)?.writeQueueSize ?? 0;
    if (this.queued === queued) this.owner!.stalled();
    else this.socket.setTimeout(this.socket.timeout ?? 0);
  }

  private wrote(first: boolean): void {
    const length = this.socket.writableLength;
    this.atOnce = first && length <= AT_ONCE ? length : 0;
  }

  private read(chunk: Buffer | null): boolean {
    if (chunk === null) return this.readEnd();
    return this.owner!.received(chunk.length, chunk);
  }

  /** A client may close its sending side and wait for its answer; one that just goes says so in no way at all (RFC 8446, 6.1). */
  private readEnd(): boolean {
    const { socket } = this;
    if (!socket.destroyed) {
      if (endedByCloseNotify(socket)) this.owner!.ended();
      else socket.destroy();
    }
    return TLSSocket.prototype.push.call(socket, null);
  }
}

function handleOf(socket: Socket): Handle | null {
  return (socket as unknown as WithHandle)._handle;
}
