import type { ByteStream } from '../transport/byte-stream.ts';

/** The bytes of a client connection both ways, whatever they go through: a socket itself, or TLS on it. */
export interface ClientStream extends ByteStream {
  readonly destroyed: boolean;
  /** Undefined on a unix socket, and where the connection has gone. */
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  /** As of a stream: the callback follows when the bytes have been taken, or with an error when they will not be. */
  write(
    bytes: string | Buffer,
    encoding?: BufferEncoding,
    callback?: (error?: Error | null) => void,
  ): boolean;
  end(callback?: () => void): void;
  /** Closes so that what was sent does not look whole. */
  reset(): void;
}
