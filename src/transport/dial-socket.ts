import { now } from '../clock.ts';
import type { Asking, Destination } from '../protocol.ts';
import type { ByteStream, StreamOwner } from './byte-stream.ts';
import { RawSocket } from './raw-socket.ts';
import { systemPath } from './socket-path.ts';

/** Connects to where a backend listens, by TCP or on a unix socket. */
export function dialSocket(
  { host, port, path, lookup, opening }: Destination,
  request: Asking,
  owner: StreamOwner,
): ByteStream {
  const socket = new RawSocket(owner);
  socket.on('connect', () => {
    now();
    if (opening !== undefined) socket.write(opening(request));
    owner.opened();
  });
  if (path === '') socket.connect({ host, port, lookup });
  else socket.connect({ path: systemPath(path) });
  return socket;
}
