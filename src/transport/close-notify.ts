import { constants } from 'node:os';
import type { TLSSocket } from 'node:tls';

/** What libuv says to who asks it to read what it is reading already. */
const READING_ALREADY = -constants.errno.EALREADY;

/** The parts of the system's handles by which one end is told from the other. */
interface Handle {
  readonly reading?: boolean;
  /** What the encrypted bytes come by. */
  readonly _parent?: { readStart?(): number };
}

/**
 * Whether the end that a TLS socket is just coming to was said inside of TLS, as it has to be (RFC 8446, 6.1): then the socket
 * below has not come to its end yet, as far as it was read, or was not being read at all. Nothing else tells the two apart.
 */
export function endedByCloseNotify(socket: TLSSocket): boolean {
  const { _handle: handle } = socket as unknown as { _handle: Handle | null };
  if (handle === null) return false;
  return handle.reading === false || handle._parent?.readStart?.() === READING_ALREADY;
}
