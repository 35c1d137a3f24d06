import type { Connection, ConnectionOwner, Destination, Protocol } from '../../src/protocol.ts';
import { StreamConnection } from '../../src/transport/connection.ts';
import { FastCgiCodec } from './codec.ts';
import { Multiplexer } from './multiplexer.ts';

const multiplexers = new WeakMap<Destination, Multiplexer>();

/** FastCGI over TCP or a unix socket. */
export const fastcgi: Protocol = {
  name: 'fastcgi',
  schemes: ['fcgi', 'fcgi+unix', 'fcgis'],
  needsLength: true,
  pinsWorker: true,
  connect(destination: Destination, owner: ConnectionOwner): Connection {
    if (destination.application.multiplex > 1) return multiplexerOf(destination).connect(owner);
    return new StreamConnection(destination, new FastCgiCodec(destination), owner);
  },
};

function multiplexerOf(destination: Destination): Multiplexer {
  const known = multiplexers.get(destination);
  if (known !== undefined) return known;
  const multiplexer = new Multiplexer(destination);
  multiplexers.set(destination, multiplexer);
  return multiplexer;
}
