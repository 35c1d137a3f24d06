import type { Socket } from 'node:net';
import { RawSocket } from '../../src/transport/raw-socket.ts';
import type { Peer } from './peer.ts';

/** The socket by which a gateway in this process is connected to a port; undefined: it reads and writes nothing. */
export function gatewaySocketTo(port: number): Socket | undefined {
  const { _getActiveHandles } = process as unknown as { _getActiveHandles(): unknown[] };
  const sockets = _getActiveHandles.call(process).filter(handle => handle instanceof RawSocket);
  return sockets.find(socket => socket.remotePort === port);
}

/** The socket by which it holds the connection of a client. */
export function gatewaySocket(client: Peer): Socket | undefined {
  return gatewaySocketTo(client.socket.localPort!);
}

/** How many bytes the gateway holds for a client that does not take them. */
export function unsentTo(client: Peer): number {
  return gatewaySocket(client)?.writableLength ?? 0;
}
