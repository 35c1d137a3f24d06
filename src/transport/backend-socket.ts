import { Socket } from 'node:net';
import type { Destination } from '../protocol.ts';
import { sharedBuffer } from './read-buffer.ts';

/** Who listens to a backend socket. */
export interface SocketOwner {
  /** The buffer for the next read. */
  nextBuffer: Buffer;
  /** Bytes were read; false: stop reading. */
  received(bytes: number, buffer: Buffer): boolean;
  /** The backend closed its side. */
  ended(): void;
  /** A write failed. True: keep the socket, what the backend had said before is still to be read. */
  writeFailed(error: Error): boolean;
}

/** A byte stream to a backend, read without the Readable machinery. */
export class BackendSocket extends Socket {
  private readonly owner: SocketOwner;

  constructor(owner: SocketOwner) {
    super({
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      onread: {
        buffer: () => owner.nextBuffer,
        callback: (bytes, buffer) => owner.received(bytes, buffer as Buffer),
      },
    } as ConstructorParameters<typeof Socket>[0]);
    this.owner = owner;
    owner.nextBuffer = sharedBuffer();
  }

  /** The end of the stream, at once: the 'end' event would wait, and does not come at all after a failed write. */
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk === null && !this.destroyed) this.owner.ended();
    return super.push(chunk, encoding);
  }

  /** A failed write must not destroy the answer that explains it: read first, then decide (RFC 9112, 9.5). */
  override destroy(error?: Error): this {
    if (error !== undefined && (error as NodeJS.ErrnoException).syscall === 'write' && !this.destroyed) {
      if (this.owner.writeFailed(error)) return this;
    }
    return super.destroy(error);
  }

  /** Starts to connect. */
  dial(destination: Destination): void {
    if (destination.path === '') this.connect({ host: destination.host, port: destination.port });
    else this.connect({ path: destination.path.replace(/^@/, '\0') });
  }
}
