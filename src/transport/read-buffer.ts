import { now } from '../clock.ts';
import type { ByteOutput } from './byte-stream.ts';

/** Bytes that one read may take. */
export const READ_SIZE = 65_536;

/** From this many bytes in one read on, a connection is taken to move bulk, and gets a buffer of its own. */
const BULK = 16_384;

/*
 * All sockets of the thread read into one buffer: a read is handled to its end before the next one starts, so an idle
 * connection costs no buffer at all. A write that the kernel does not take at once needs its bytes for longer: they are
 * copied out of the shared buffer, whereas a connection that moves bulk reads into a private buffer, which such a write
 * may keep while the connection goes on with another.
 */
const shared: Buffer = Buffer.allocUnsafeSlow(READ_SIZE);
let current: Buffer = shared;
let kept = false;

/** The buffer that a new socket starts with. */
export function sharedBuffer(): Buffer {
  return shared;
}

/** Says that what was read into `buffer` is now being handled; the first thing in every read. */
export function beginRead(buffer: Buffer): void {
  now();
  current = buffer;
  kept = false;
}

/** The buffer for the socket's next read; the last thing in every read. */
export function nextBuffer(buffer: Buffer, bytes: number): Buffer {
  if (bytes < BULK) return shared;
  return buffer === shared || kept ? Buffer.allocUnsafeSlow(READ_SIZE) : buffer;
}

/** Writes a latin1 head and a view behind it, in one system call; the view is free for reuse when this returns. */
export function writeView(socket: ByteOutput, head: string, view: Buffer): void {
  if (view.buffer === shared.buffer) {
    socket.write(joined(head, view));
    return;
  }
  if (head === '') {
    socket.write(view);
  } else {
    socket.cork();
    socket.write(head, 'latin1');
    socket.write(view);
    socket.uncork();
  }
  if (view.buffer === current.buffer && socket.writableLength !== 0) kept = true;
}

function joined(head: string, view: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + view.length);
  bytes.write(head, 'latin1');
  view.copy(bytes, head.length);
  return bytes;
}
