import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import type { Message } from './message.ts';
import { GUARD, Peer, PeerClosed } from './peer.ts';

/** What a scripted backend does with one connection; when it returns, the connection stays as it is. */
export type Script = (connection: BackendConnection, index: number) => Promise<unknown> | unknown;

/** A connection that the gateway made. */
export class BackendConnection extends Peer {
  readonly #backend: Backend;

  constructor(socket: Socket, backend: Backend) {
    // A backend may wait for its next request as long as the test takes.
    super(socket, 0);
    this.#backend = backend;
  }

  override async request(): Promise<Message> {
    const request = await super.request();
    this.#backend.requests.push(request);
    return request;
  }

  /** Answers every request alike until the gateway closes; the answer may be made from the request. */
  async always(answer: string | Buffer | ((request: Message) => string | Buffer)): Promise<void> {
    for (;;) {
      const request = await this.request();
      this.send(typeof answer === 'function' ? answer(request) : answer);
    }
  }
}

/** A backend on 127.0.0.1 that plays a script on each of its connections. */
export class Backend {
  /** Connections in the order in which they were accepted. */
  readonly connections: BackendConnection[] = [];
  /** Requests that scripts have read, in order. */
  readonly requests: Message[] = [];
  /** What scripts threw, except when the gateway closed a connection on them. */
  readonly faults: unknown[] = [];
  readonly #server: Server;
  #waits: (() => void)[] = [];

  /** `accepted`: the event that comes with a connection on which the script may be played. */
  constructor(server: Server, script: Script, accepted = 'connection') {
    this.#server = server;
    server.on(accepted, (socket: Socket) => this.#accept(socket, script));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Connections that neither side has closed. */
  get open(): number {
    return this.connections.filter(connection => !connection.ending).length;
  }

  /** The connection with that index, as soon as it has been accepted. */
  connection(index: number): Promise<BackendConnection> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`connection ${index} did not come within ${GUARD} ms`)),
        GUARD,
      );
      const look = () => {
        const connection = this.connections[index];
        if (!connection) return this.#waits.push(look);
        clearTimeout(timer);
        return resolve(connection);
      };
      look();
    });
  }

  /** Closes the listener and every connection. */
  close(): Promise<void> {
    for (const connection of this.connections) connection.close();
    return new Promise(resolve => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket, script: Script): void {
    socket.setNoDelay(true);
    const connection = new BackendConnection(socket, this);
    this.connections.push(connection);
    for (const look of this.#waits.splice(0)) look();
    this.#play(script, connection);
  }

  async #play(script: Script, connection: BackendConnection): Promise<void> {
    try {
      await script(connection, this.connections.length - 1);
    } catch (error) {
      if (!(error instanceof PeerClosed)) this.faults.push(error);
    }
  }
}

/** Starts a scripted backend; it is closed after the test, which fails if the script did. */
export async function backend(t: TestContext, script: Script, path?: string): Promise<Backend> {
  const server = createServer({ allowHalfOpen: true });
  const made = new Backend(server, script);
  await new Promise<void>(resolve =>
    path ? server.listen(path, resolve) : server.listen(0, '127.0.0.1', resolve),
  );
  afterwards(t, async () => {
    await made.close();
    if (made.faults.length > 0) throw made.faults[0];
  });
  return made;
}

/** The bytes of a 200 answer with a Content-Length. */
export function ok(body = 'ok', ...lines: string[]): string {
  return ['HTTP/1.1 200 OK', `Content-Length: ${body.length}`, ...lines, '', body].join('\r\n');
}

/** A backend that answers every request by 200 and a body, `ok` unless told otherwise. */
export function okBackend(t: TestContext, body = 'ok'): Promise<Backend> {
  return backend(t, connection => connection.always(ok(body)));
}

/** A backend that answers every request by the bytes given. */
export function fixedBackend(t: TestContext, answer: string | Buffer): Promise<Backend> {
  return backend(t, connection => connection.always(answer));
}

/** A backend that reads requests and never answers. */
export function silentBackend(t: TestContext): Promise<Backend> {
  return backend(t, async connection => {
    for (;;) await connection.request();
  });
}

/** A backend that sends each request's body back. */
export function echoBackend(t: TestContext): Promise<Backend> {
  return backend(t, connection =>
    connection.always(request =>
      Buffer.concat([
        Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${request.body.length}\r\n\r\n`, 'latin1'),
        request.body,
      ]),
    ),
  );
}
