import type { Connection, ConnectionOwner, Destination, Protocol } from '../../src/protocol.ts';
import { StreamConnection } from '../../src/transport/connection.ts';
import { ProcessStream } from '../../src/transport/process-stream.ts';
import { CgiCodec } from './codec.ts';
import { programOf } from './program.ts';

/** CGI/1.1: a process for each request (RFC 3875). */
export const cgi: Protocol = {
  name: 'cgi',
  schemes: ['cgi'],
  needsLength: true,
  pinsWorker: true,
  connect(destination: Destination, owner: ConnectionOwner): Connection {
    const codec = new CgiCodec();
    return new StreamConnection(destination, codec, owner, (_, request, stream) => {
      codec.process = new ProcessStream(programOf(destination, request), stream);
      return codec.process;
    });
  },
};
