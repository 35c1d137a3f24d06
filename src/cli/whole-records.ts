import type { Socket } from 'node:net';

const HEADER = 8;
const VERSION = 1;
const END_REQUEST = 3;

/** What came over a socket is not FastCGI. */
export class NotFastCgi extends Error {}

/**
 * Sees to it that what listens to a socket gets whole FastCGI records and nothing else: the client library fails where
 * the header of a record comes in two parts. The socket ends after the end of the request, and with NotFastCgi on
 * anything else. At most one record is held back.
 */
export function passWholeRecords(socket: Socket): void {
  const listeners = socket.listeners('data') as ((bytes: Buffer) => void)[];
  socket.removeAllListeners('data');
  let held: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    held = Buffer.concat([held, bytes]);
    for (let length = lengthOf(held); length <= held.length; length = lengthOf(held)) {
      if (held[0] !== VERSION) {
        socket.destroy(new NotFastCgi());
        return;
      }
      const record = held.subarray(0, length);
      held = held.subarray(length);
      for (const listener of listeners) listener(record);
      if (record[1] === END_REQUEST) {
        socket.destroy();
        return;
      }
    }
  });
}

/** The length of the record that bytes begin with, as far as they tell; of what is no record, its first byte. */
function lengthOf(bytes: Buffer): number {
  if (bytes.length > 0 && bytes[0] !== VERSION) return 1;
  return bytes.length < HEADER ? HEADER : HEADER + bytes.readUInt16BE(4) + bytes[6]!;
}
