import type { Asking, Destination } from '../protocol.ts';
import type { ByteStream, StreamOwner } from './byte-stream.ts';
import { dialSocket } from './dial-socket.ts';
import { dialTls } from './dial-tls.ts';

/** Connects to where a backend listens, with TLS if it is spoken there. */
export function dial(destination: Destination, request: Asking, owner: StreamOwner): ByteStream {
  return destination.tls === undefined
    ? dialSocket(destination, request, owner)
    : dialTls(destination, destination.tls, request, owner);
}
