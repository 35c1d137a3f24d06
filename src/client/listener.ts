import { lstatSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { now } from '../clock.ts';
import type { ListenConfig } from '../config/config.ts';
import type { Exchange } from '../exchange.ts';
import type { Log } from '../log/log.ts';
import { systemPath } from '../transport/socket-path.ts';
import { ClientConnection } from './connection.ts';
import type { Reception } from './reception.ts';

/** What a listener hands to its connections, and where they report back. */
export interface ListenerPolicy extends Pick<Reception, 'limits' | 'client' | 'border'> {
  handle(exchange: Exchange): void;
  ended(exchange: Exchange): void;
}

const TOO_MANY =
  'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\nRetry-After: 1\r\n' +
  'Proxy-Status: sluice; error=connection_limit_reached\r\n\r\n';

/** How often the log may say that connections are turned away, in milliseconds. */
const COMPLAINT_PACE = 10_000;

/** One address that clients connect to, and the connections that came of it. */
export class Listener implements Reception {
  draining = false;
  readonly kind: ListenConfig['kind'];
  readonly limits: Reception['limits'];
  readonly client: Reception['client'];
  readonly border: Reception['border'];
  private readonly connections = new Set<ClientConnection>();
  private readonly server: Server;
  private readonly config: ListenConfig;
  private readonly policy: ListenerPolicy;
  private readonly log: Log;
  private emptied: (() => void) | undefined;
  private complainedAt = -Infinity;
  private bound = '';

  constructor(config: ListenConfig, policy: ListenerPolicy, log: Log) {
    this.config = config;
    this.policy = policy;
    this.log = log;
    this.kind = config.kind;
    this.limits = policy.limits;
    this.client = policy.client;
    this.border = policy.border;
    this.server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, socket =>
      this.accept(socket),
    );
  }

  /** Connections that are open. */
  get size(): number {
    return this.connections.size;
  }

  /** Binds; rejects with the system's error. A socket file that nobody listens on any more is taken over. */
  async start(): Promise<void> {
    try {
      await this.listen();
    } catch (error) {
      if (this.config.kind !== 'unix' || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      if (!isSocketFile(this.config.path) || (await isAnswered(this.config.path))) throw error;
      rmSync(this.config.path);
      await this.listen();
    }
    this.bound = this.urlOf();
    this.server.on('error', error => this.log.error(`listener ${this.address}: ${error.message}`));
  }

  /** As a URL, with the port that was really bound; known once it has started, and still when it has stopped. */
  get address(): string {
    return this.bound;
  }

  handle(exchange: Exchange): void {
    this.policy.handle(exchange);
  }

  ended(exchange: Exchange): void {
    this.policy.ended(exchange);
  }

  closed(connection: ClientConnection): void {
    this.connections.delete(connection);
    if (this.connections.size === 0) this.emptied?.();
  }

  /** Stops accepting, closes idle connections, and resolves when the busy ones have finished. */
  drain(): Promise<void> {
    this.draining = true;
    this.server.close();
    for (const connection of this.connections) connection.drain();
    if (this.connections.size === 0) return Promise.resolve();
    return new Promise(resolve => {
      this.emptied = resolve;
    });
  }

  /** Stops accepting and ends every connection at once. */
  stop(): void {
    this.draining = true;
    this.server.close();
    for (const connection of this.connections) connection.destroy();
  }

  private urlOf(): string {
    if (this.config.kind === 'unix') return `unix:${this.config.path}`;
    const { address, family, port } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  private listen(): Promise<void> {
    const { config, server } = this;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.once('listening', () => {
        server.off('error', reject);
        resolve();
      });
      if (config.kind === 'unix') server.listen({ path: systemPath(config.path), backlog: BACKLOG });
      else if (config.kind === 'passed') throw new Error('no socket was passed');
      else server.listen({ host: config.host, port: config.port, backlog: BACKLOG });
    });
  }

  private accept(socket: Socket): void {
    const time = now();
    if (this.connections.size >= this.client.maxConnections) {
      this.turnAway(socket, time);
      return;
    }
    // The handle changes hands: the socket that Node made around it would read through the Readable machinery.
    const taken = socket as unknown as { _handle: unknown };
    const handle = taken._handle;
    taken._handle = null;
    this.connections.add(new ClientConnection(handle, this));
  }

  private turnAway(socket: Socket, time: number): void {
    socket.on('error', () => socket.destroy());
    socket.end(TOO_MANY, () => socket.destroy());
    if (time - this.complainedAt < COMPLAINT_PACE) return;
    this.complainedAt = time;
    this.log.warn('too many client connections: new ones get 503', {
      listener: this.address,
      limit: this.client.maxConnections,
    });
  }
}

/** As many as the system allows: it cuts the number to its own limit. */
const BACKLOG = 4_096;

/** Whether a socket lies there: nothing else may be removed to make room for one. */
function isSocketFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;
}

/** Whether somebody listens on a unix socket; a file is left behind when a process dies. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ path: systemPath(path) });
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.on('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}
