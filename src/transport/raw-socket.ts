import { Socket } from 'node:net';
import { now } from '../clock.ts';
import { sharedBuffer } from './read-buffer.ts';

/** Who listens to a raw socket. */
export interface SocketOwner {
  /** The buffer for the next read. */
  nextBuffer: Buffer;
  /** Bytes were read; false: stop reading. */
  received(bytes: number, buffer: Buffer): boolean;
  /** The peer closed its sending side. */
  ended(): void;
  /** A write failed. True: keep the socket, what the peer had said before is still to be read. */
  writeFailed(error: Error): boolean;
  /** All that was written has been taken by the operating system, after it had to wait. */
  drained(): void;
  /** Nothing went either way for the time given to `setTimeout`. */
  stalled(): void;
  /** The stream broke; it is closed after that. */
  broken(error: Error): void;
  closed(): void;
}

/** A byte stream read into buffers of ours, without the Readable machinery; both sides of the gateway use it. */
export class RawSocket extends Socket {
  readonly owner: SocketOwner;

  /** Wraps the handle of an accepted connection, or, without one, a socket that is yet to connect. */
  constructor(owner: SocketOwner, handle?: unknown) {
    owner.nextBuffer = sharedBuffer();
    super({
      ...(handle === undefined ? OUTGOING : { handle }),
      allowHalfOpen: true,
      onread: {
        buffer: () => owner.nextBuffer,
        callback: (bytes: number, buffer: Uint8Array) => owner.received(bytes, buffer as Buffer),
      },
    } as ConstructorParameters<typeof Socket>[0]);
    this.owner = owner;
    this.on('drain', drained);
    this.on('timeout', stalled);
    this.on('error', broken);
    this.on('close', closed);
  }

  /** The end of the stream, at once: the 'end' event would come later, and not at all after a failed write. */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk === null && !this.destroyed) {
      now();
      this.owner.ended();
    }
    return super.push(chunk, encoding);
  }

  /** Closes by a reset, so that what was sent does not look whole. A unix socket knows no reset: it just closes. */
  reset(): void {
    if (this.remoteAddress === undefined) this.destroy();
    else this.resetAndDestroy();
  }

  /** A failed write must not destroy what explains it: read first, then decide (RFC 9112, 9.5). */
  override destroy(error?: Error): this {
    const failedWrite = error !== undefined && (error as NodeJS.ErrnoException).syscall === 'write';
    if (failedWrite && !this.destroyed && this.owner.writeFailed(error)) return this;
    return super.destroy(error);
  }
}

const OUTGOING = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };

/*
 * One function for all sockets each, for a closure per connection would be paid for by every idle one.
 */
function drained(this: RawSocket): void {
  now();
  this.owner.drained();
}

function stalled(this: RawSocket): void {
  now();
  this.owner.stalled();
}

function broken(this: RawSocket, error: Error): void {
  now();
  this.owner.broken(error);
}

function closed(this: RawSocket): void {
  now();
  this.owner.closed();
}
