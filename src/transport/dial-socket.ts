import { now } from '../clock.ts';
import type { BackendRequest, Destination } from '../protocol.ts';
import type { ByteStream, StreamOwner } from './byte-stream.ts';
import { RawSocket } from './raw-socket.ts';
import { systemPath } from './socket-path.ts';

/** Connects to where a backend listens, by TCP or on a unix socket. */
export function dialSocket(
  { host, port, path, lookup }: Destination,
  _request: BackendRequest,
  owner: StreamOwner,
): ByteStream {
  const socket = new RawSocket(owner);
  socket.on('connect', () => {
    now();
    owner.opened();
  });
  if (path === '') socket.connect({ host, port, lookup });
  else socket.connect({ path: systemPath(path) });
  return socket;
}
