import type { BackendRequest, Destination } from '../protocol.ts';
import type { SocketOwner } from './raw-socket.ts';

/** What gathered bytes are written to. */
export interface ByteOutput {
  /** Bytes that the operating system has not taken yet. */
  readonly writableLength: number;
  write(bytes: string | Buffer, encoding?: BufferEncoding): boolean;
  /** Holds writes back until `uncork`, to make them one. */
  cork(): void;
  uncork(): void;
}

/** What the pump asks of a socket, and of anything that stands in for one. */
export interface ByteStream extends ByteOutput {
  /** False before it is open: a connection stands, and a handshake on it is to come. */
  readonly connecting?: boolean;
  /** True: it was verified by certificates that are not in force any more, and is not to carry another request. */
  readonly outdated?: boolean;
  /** Closes the sending side, behind what was written. */
  end(): void;
  /** Stops and restarts reading. */
  pause(): void;
  resume(): void;
  /** Reports to the owner when nothing went either way for so many milliseconds; 0: never. */
  setTimeout(milliseconds: number): void;
  destroy(): void;
  /** Destroys it as soon as all that was written is gone. */
  destroySoon(): void;
}

/** Who listens to a byte stream that is yet to be opened. */
export interface StreamOwner extends SocketOwner {
  /** The stream stands. */
  opened(): void;
  /** The backend says something beside its answer. */
  diagnostic(text: string): void;
}

/**
 * Opens a byte stream to a backend for its first request; `opened` or `broken` follows, later than this call. Throws
 * GatewayError when it is clear at once that the request cannot be sent.
 */
export type Dial = (destination: Destination, request: BackendRequest, owner: StreamOwner) => ByteStream;
