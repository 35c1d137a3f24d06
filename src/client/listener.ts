import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { now } from '../clock.ts';
import type { Exchange } from '../exchange.ts';
import type { Log } from '../log/log.ts';
import { SocketFile } from '../transport/socket-file.ts';
import { PlainArrival } from './arrival.ts';
import { ClientConnection } from './connection.ts';
import type { Allotted, PassedSocket, Place } from './passed-socket.ts';
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

/** As many as the system allows: it cuts the number to its own limit. */
const BACKLOG = 4_096;

/** One address that clients connect to, and the connections that came of it. */
export class Listener implements Reception {
  draining = false;
  /** Connections that got 503, for there were too many. */
  turnedAway = 0;
  kind: Place['kind'];
  /** The setting that it comes of. */
  readonly text: string;
  limits: Reception['limits'];
  client: Reception['client'];
  border: Reception['border'];
  private readonly connections = new Set<ClientConnection>();
  private readonly server: Server;
  private readonly place: Place;
  private readonly passed: PassedSocket | undefined;
  private readonly file: SocketFile | undefined;
  private policy: ListenerPolicy;
  private readonly log: Log;
  private emptied: (() => void) | undefined;
  private drained: Promise<void> | undefined;
  private complainedAt = -Infinity;
  private bound = '';

  /** At an address that is to be bound, or on a socket that is there already. */
  constructor({ text, place, socket }: Allotted, policy: ListenerPolicy, log: Log) {
    this.text = text;
    this.place = place;
    this.passed = socket;
    this.kind = place.kind;
    this.file = place.kind === 'unix' && !socket?.managed ? new SocketFile(place.path) : undefined;
    this.policy = policy;
    this.log = log;
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

  /** Whether its socket was bound by another process, which may accept on it, too. */
  get isShared(): boolean {
    return this.passed !== undefined;
  }

  /**
   * Binds, or opens the socket that was passed, and accepts; rejects with the system's error. A socket file that nobody
   * listens on any more is replaced.
   */
  async start(): Promise<void> {
    if (this.passed !== undefined) {
      await this.listen({ fd: this.passed.descriptor });
      this.kind = this.server.address() === null ? 'unix' : 'tcp';
    } else if (this.file !== undefined) await this.listenAt(this.file);
    else if (this.place.kind === 'tcp') await this.listen({ host: this.place.host, port: this.place.port });
    this.bound = this.urlOf();
    this.server.on('error', error => this.log.error(`listener ${this.address}: ${error.message}`));
  }

  /** As a URL, with the port that was really bound; known once it has started, and still when it has stopped. */
  get address(): string {
    return this.bound;
  }

  /** Its socket as another process may have it, while it listens; undefined: it does not. */
  get socket(): PassedSocket | undefined {
    const { _handle: handle } = this.server as unknown as { _handle: { fd: number } | null };
    if (handle === null || handle.fd < 0) return undefined;
    const { kind, text, passed } = this;
    const address = this.bound.replace(/^(http:\/\/|unix:)/, '');
    const managed = passed?.managed === true;
    return { descriptor: handle.fd, kind, address, name: passed?.name ?? '', managed, text };
  }

  /** Takes over what is said of connections: new ones go by it, and those that are open from their next wait on. */
  follow(policy: ListenerPolicy): void {
    this.policy = policy;
    this.limits = policy.limits;
    this.client = policy.client;
    this.border = policy.border;
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

  /** Leaves the name of a unix socket to the process that has been given the socket. */
  release(): void {
    this.file?.release();
  }

  /** Takes the name of a unix socket that was passed from the process that has left it. */
  adopt(): void {
    if (this.passed !== undefined && !this.draining) this.file?.adopt();
  }

  /** Stops accepting, closes idle connections soon, and resolves when the busy ones have finished. */
  drain(): Promise<void> {
    this.drained ??= this.empty();
    return this.drained;
  }

  /** Stops accepting and ends every connection at once. */
  stop(): void {
    this.close();
    for (const connection of this.connections) connection.destroy();
  }

  private empty(): Promise<void> {
    now();
    this.close();
    for (const connection of this.connections) connection.drain();
    if (this.connections.size === 0) return Promise.resolve();
    return new Promise(resolve => {
      this.emptied = resolve;
    });
  }

  private close(): void {
    this.draining = true;
    this.file?.remove();
    this.server.close();
  }

  private urlOf(): string {
    const { place } = this;
    if (this.kind === 'unix') return `unix:${place.kind === 'unix' ? place.path : ''}`;
    const { address, family, port } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  private async listenAt(file: SocketFile): Promise<void> {
    await file.checkFree();
    try {
      await this.listen({ path: file.provisional });
      file.publish();
    } catch (error) {
      throw file.renamed(error as NodeJS.ErrnoException);
    }
  }

  private listen(where: { path: string } | { host: string | undefined; port: number } | { fd: number }) {
    const { server } = this;
    return new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.once('listening', () => {
        server.off('error', reject);
        resolve();
      });
      // Of a descriptor the length of the backlog is read from the second argument only.
      const listen = server.listen as (options: object, backlog: number) => Server;
      listen.call(server, { ...where, backlog: BACKLOG }, BACKLOG);
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
    this.connections.add(new ClientConnection(new PlainArrival(handle, null), this));
  }

  private turnAway(socket: Socket, time: number): void {
    this.turnedAway++;
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
