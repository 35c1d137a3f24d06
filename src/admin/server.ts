import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { now } from '../clock.ts';
import type { AdminConfig, ListenConfig } from '../config/config.ts';
import { joinHostPort } from '../config/host-port.ts';
import type { Control } from '../control.ts';
import type { Facts, Log } from '../log/log.ts';
import { SocketFile } from '../transport/socket-file.ts';
import { type Admission, admit } from './admission.ts';
import { answer, answerInBytes, answerRefusal, refusalOf } from './answer.ts';
import { Complaints } from './complaints.ts';
import { understand } from './dispatch.ts';
import type { Refusal } from './refusal.ts';
import { readTokenFile, Token } from './token.ts';

const HEAD_BYTES = 8192;
const HEADER_TIMEOUT = 5000;
const REQUEST_TIMEOUT = 10_000;
const KEEP_ALIVE_TIMEOUT = 5000;
const CONNECTIONS = 128;

/** Requests that a client may send ahead on a connection before the answer to the first of them. */
const AHEAD = 16;

/** What a gateway that hands everything over leaves of its console. */
export interface Legacy {
  /** Of its listening socket; undefined: that is a unix socket, whose name goes to another one as soon as it is left. */
  readonly descriptor: number | undefined;
}

/** The requests of a connection: each is answered before the next one is looked at. */
interface Line {
  waiting: number;
  last: Promise<void>;
}

/** The console: takes orders for a running gateway as JSON over HTTP/1.1. */
export class AdminServer {
  readonly #listen: ListenConfig;
  readonly #control: Control;
  readonly #log: Log;
  readonly #server: Server;
  readonly #complaints: Complaints;
  readonly #lines = new WeakMap<Socket, Line>();
  #admission: Admission;
  #file: SocketFile | undefined;
  #bound = '';

  /** Throws ConfigError if the token cannot be read. */
  constructor(config: AdminConfig & { readonly listen: ListenConfig }, control: Control, log: Log) {
    this.#listen = config.listen;
    this.#control = control;
    this.#log = log;
    this.#complaints = new Complaints(log);
    this.#admission = this.#admissionOf(config);
    this.#server = createServer(
      {
        maxHeaderSize: HEAD_BYTES,
        headersTimeout: HEADER_TIMEOUT,
        requestTimeout: REQUEST_TIMEOUT,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
        connectionsCheckingInterval: 1000,
      },
      (request, response) => this.#receive(request, response),
    );
    this.#server.maxConnections = CONNECTIONS;
    this.#server.on('clientError', refuseInBytes);
  }

  /** Where it listens: `unix:/run/sluice.sock`, `127.0.0.1:9000`; known once it has started. */
  get address(): string {
    return this.#bound;
  }

  /** Its socket as another process may have it; undefined: a unix socket, which that one binds anew, or none. */
  get descriptor(): number | undefined {
    const { _handle: handle } = this.#server as unknown as { _handle: { fd: number } | null };
    return this.#listen.kind === 'tcp' ? handle?.fd : undefined;
  }

  /**
   * Binds, or goes on where another gateway listens that hands over; on a unix socket nobody finds it then until `publish`.
   * Rejects with Occupied or the system's error.
   */
  async start(legacy?: Legacy): Promise<void> {
    const listen = this.#listen;
    if (listen.kind === 'unix') {
      this.#file = new SocketFile(listen.path);
      if (legacy === undefined) await this.#file.checkFree();
      await listenPrivately(this.#server, this.#file);
      if (legacy === undefined) this.publish();
      this.#bound = `unix:${listen.path}`;
    } else if (listen.kind === 'tcp') {
      const fd = legacy?.descriptor;
      const { host, port: wanted } = listen;
      const { address, port } = await listenAt(
        this.#server,
        fd === undefined ? { host, port: wanted } : { fd },
      );
      this.#bound = joinHostPort(address, port);
    } else throw new Error('the console cannot listen on a socket that was passed');
    this.#server.on('error', error => this.#log.error(`console ${this.#bound}: ${error.message}`));
  }

  /** Goes over to other names and reads the token anew, but stays where it is; throws ConfigError, and nothing has changed then. */
  follow(config: AdminConfig): void {
    // Who came by TCP with a token does not get in without one.
    if (config.tokenFile === '' && this.#listen.kind === 'tcp') return;
    this.#admission = this.#admissionOf(config);
  }

  /** Has its unix socket found by its path, in one step: whoever connects finds it or the one before. Throws the system's error. */
  publish(): void {
    try {
      this.#file?.publish();
    } catch (error) {
      this.#server.close();
      throw error;
    }
  }

  /** Leaves whoever comes to another process; orders that are being carried out are answered. */
  leave(): void {
    this.#file?.remove();
    this.#server.close();
  }

  /** Ends at once, whatever is asked; its socket file goes unless another one has taken its place. */
  stop(): void {
    this.#complaints.end();
    this.#file?.remove();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #admissionOf({ tokenFile, hosts }: AdminConfig): Admission {
    // Who may use a unix socket is decided by its mode.
    if (this.#listen.kind !== 'tcp' || tokenFile === '') return { hosts: new Set(hosts), token: undefined };
    const { text, warnings } = readTokenFile(tokenFile, '--admin-token-file');
    for (const warning of warnings) this.#log.warn(warning);
    return { hosts: new Set(hosts), token: new Token(text) };
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    let line = this.#lines.get(socket);
    if (line === undefined) this.#lines.set(socket, (line = { waiting: 0, last: Promise.resolve() }));
    if (++line.waiting > AHEAD) {
      socket.destroy();
      return;
    }
    const { last } = line;
    line.last = last.then(async () => {
      await this.#serve(request, response);
      line.waiting--;
    });
  }

  /** Never rejects. */
  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Who left before an order of his was looked at, does not want it.
    if (request.socket.destroyed) return;
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      admit(request, this.#admission);
      const { order, input, run } = await understand(request);
      if (gone.signal.aborted) return;
      if (order.method === 'POST') this.#log.debug(`order: ${nameOf(order.path)}`, factsOf(input));
      // What an order changes, changes now, and not when the last request came.
      now();
      answer(response, 200, await run(this.#control, gone.signal));
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      this.#report(request, refusal, thrown);
      if (!gone.signal.aborted) answerRefusal(response, refusal);
    }
  }

  /** The log hears of those who were kept out and of defects; who made a mistake reads so himself. */
  #report(request: IncomingMessage, refusal: Refusal, thrown: unknown): void {
    const { kind } = refusal;
    if (kind === 'defect') {
      const { method, url, socket } = request;
      const stack = thrown instanceof Error ? thrown.stack : String(thrown);
      const facts = { method, path: url?.slice(0, 100), peer: socket.remoteAddress, stack };
      this.#log.error('defect of the gateway, in an order', facts);
    } else if (kind === 'unauthorized' || kind === 'forbidden') this.#complaints.add(request, refusal);
  }
}

function listenAt(server: Server, where: ListenOptions & { fd?: number }): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** Has a server listen on a socket file for the present user alone; rejects with the system's error. */
async function listenPrivately(server: Server, file: SocketFile): Promise<void> {
  // The socket is bound within the call: there is no moment in which others could connect.
  const before = process.umask(0o177);
  const listening = listenAt(server, { path: file.provisional });
  process.umask(before);
  try {
    await listening;
  } catch (error) {
    throw file.renamed(error as NodeJS.ErrnoException);
  }
}

function refuseInBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (socket.writable && error.code !== 'ECONNRESET') socket.end(answerInBytes(error.code));
  // Not before the end was written: a client that goes on sending is not waited for.
  setImmediate(() => socket.destroy());
}

/** `hold` for `/v1/hold`. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** An order's words as facts for the log. */
function factsOf(input: object): Facts {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'object' ? JSON.stringify(value) : value]),
  );
}
