import type { Socket } from 'node:net';
import { RawSocket } from '../../src/transport/raw-socket.ts';
import type { Peer } from './peer.ts';

/** The socket by which a gateway in this process holds the connection of a client; undefined: it reads and writes nothing. */
export function gatewaySocket(client: Peer): Socket | undefined {
  const { _getActiveHandles } = process as unknown as { _getActiveHandles(): unknown[] };
  const sockets = _getActiveHandles.call(process).filter(handle => handle instanceof RawSocket);
  return sockets.find(socket => socket.remotePort === client.socket.localPort);
}

/** How many bytes the gateway holds for a client that does not take them. */
export function unsentTo(client: Peer): number {
  return gatewaySocket(client)?.writableLength ?? 0;
}
