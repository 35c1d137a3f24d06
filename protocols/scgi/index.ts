import { CgiStreamCodec } from '../../src/cgi/stream-codec.ts';
import type { Connection, ConnectionOwner, Destination, Protocol } from '../../src/protocol.ts';
import { StreamConnection } from '../../src/transport/connection.ts';
import { encodeHead } from './encode.ts';

/** SCGI over TCP or a unix socket: a connection for each request. */
export const scgi: Protocol = {
  name: 'scgi',
  schemes: ['scgi', 'scgi+unix', 'scgis'],
  needsLength: true,
  pinsWorker: false,
  connect(destination: Destination, owner: ConnectionOwner): Connection {
    return new StreamConnection(destination, new CgiStreamCodec(destination.application, encodeHead), owner);
  },
};
