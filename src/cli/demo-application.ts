import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A request as an application of the CGI family gets it; texts are latin1. */
export interface DemoRequest {
  readonly variables: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** How many bytes of the stream it took. */
  readonly length: number;
  /** Whether the connection may carry another one. */
  readonly keep: boolean;
}

/** How an application speaks: what turns bytes into a request, and the output for one into bytes. */
export interface DemoDialect {
  readonly scheme: string;
  /** The request at the beginning of the bytes; undefined: it is not all there. Throws if it is none. */
  read(bytes: Buffer): DemoRequest | undefined;
  write(output: Buffer): Buffer;
}

const MOST_BYTES = 1_048_576;

/** Starts an application on a free port of 127.0.0.1; its URL. It ends with the process, and keeps no process alive. */
export function startDemoApplication(dialect: DemoDialect): Promise<string> {
  const server = createServer(socket => serve(socket, dialect));
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.unref();
      resolve(`${dialect.scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

function serve(socket: Socket, dialect: DemoDialect): void {
  let held = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', bytes => {
    held = Buffer.concat([held, bytes]);
    try {
      const request = dialect.read(held);
      if (request === undefined) {
        if (held.length > MOST_BYTES) socket.destroy();
        return;
      }
      held = held.subarray(request.length);
      socket.write(dialect.write(answer(request, dialect.scheme)));
      if (!request.keep) socket.end();
    } catch {
      socket.destroy();
    }
  });
}

/** What an application prints: a head as of CGI, and what it was told. */
function answer({ variables, body }: DemoRequest, scheme: string): Buffer {
  const path = variables.get('PATH_INFO') ?? '';
  const script = variables.get('SCRIPT_NAME') ?? '';
  const type = 'Content-Type: text/plain\r\n';
  if (path === '' || path === '/') {
    return Buffer.from(
      `${type}\r\nHello, this is an application that speaks ${scheme}.\n\n${script}/variables shows what it is told of a request.\n`,
    );
  }
  if (path !== '/variables')
    return Buffer.from(`Status: 404 Not Found\r\n${type}\r\nThere is no ${path} here.\n`);
  const told = [...variables].map(([name, value]) => `${name}=${value}\n`);
  return Buffer.concat([Buffer.from(`${type}\r\n${told.sort().join('')}\n`, 'latin1'), body]);
}
