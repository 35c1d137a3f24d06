import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { now } from '../clock.ts';
import type { ListenOptions } from '../config/config.ts';
import type { Exchange } from '../exchange.ts';
import type { Log } from '../log/log.ts';
import { SocketFile } from '../transport/socket-file.ts';
import { type Arrival, PlainArrival } from './arrival.ts';
import { ClientConnection } from './connection.ts';
import { Lobby, takeHandle } from './lobby.ts';
import type { Allotted, PassedSocket, Place } from './passed-socket.ts';
import type { Reception } from './reception.ts';
import { type Credentials, readCredentials } from './tls/credentials.ts';
import type { Turns } from './tls/turns.ts';

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
  /** Connections that were turned away, for there were too many. */
  turnedAway = 0;
  kind: Place['kind'];
  /** Where it is, as all settings for the same place name it. */
  readonly text: string;
  limits: Reception['limits'];
  client: Reception['client'];
  border: Reception['border'];
  readonly lobby: Lobby;
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
  constructor({ text, place, socket }: Allotted, policy: ListenerPolicy, turns: Turns, log: Log) {
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
    this.lobby = new Lobby(place, this, turns, log);
    this.server = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, socket =>
      this.accept(socket),
    );
  }

  /** Connections that are open, ready for requests or not. */
  get size(): number {
    return this.connections.size + this.lobby.size;
  }

  /** Whether its socket was bound by another process, which may accept on it, too. */
  get isShared(): boolean {
    return this.passed !== undefined;
  }

  /**
   * Binds, or opens the socket that was passed, and accepts; rejects with the system's error, or with Misread if its
   * certificates cannot be used. A socket file that nobody listens on any more is replaced.
   */
  async start(): Promise<void> {
    const { place } = this;
    if (place.tls !== undefined) this.lobby.follow(place, readCredentials(place.tls));
    if (this.passed !== undefined) {
      await this.listen({ fd: this.passed.descriptor });
      this.kind = this.server.address() === null ? 'unix' : 'tcp';
    } else if (this.file !== undefined) await this.listenAt(this.file);
    else if (place.kind === 'tcp') await this.listen({ host: place.host, port: place.port });
    this.bound = this.boundAddress();
    this.server.on('error', error => this.log.error(`listener ${this.address}: ${error.message}`));
  }

  /** As a URL, with the port that was really bound; known once it has started, and still when it has stopped. */
  get address(): string {
    if (this.kind === 'unix') return `unix:${this.bound}`;
    return `${this.lobby.watched === undefined ? 'http' : 'https'}://${this.bound}`;
  }

  /** Its socket as another process may have it, while it listens; undefined: it does not. */
  get socket(): PassedSocket | undefined {
    const { _handle: handle } = this.server as unknown as { _handle: { fd: number } | null };
    if (handle === null || handle.fd < 0) return undefined;
    const { kind, text, passed, bound } = this;
    const managed = passed?.managed === true;
    return { descriptor: handle.fd, kind, address: bound, name: passed?.name ?? '', managed, text };
  }

  /**
   * Takes over what is said of connections: new ones go by it, and those that are open from their next wait on. What is
   * spoken below HTTP concerns new ones only.
   */
  follow(policy: ListenerPolicy, options: ListenOptions, credentials: Credentials | undefined): void {
    this.lobby.follow(options, credentials);
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
    this.lost();
  }

  lost(): void {
    if (this.size === 0) this.emptied?.();
  }

  arrived(arrival: Arrival): void {
    const connection = new ClientConnection(arrival, this);
    this.connections.add(connection);
    if (this.draining) connection.drain();
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
    this.lobby.destroy();
    for (const connection of this.connections) connection.destroy();
  }

  private empty(): Promise<void> {
    now();
    this.close();
    this.lobby.drain();
    for (const connection of this.connections) connection.drain();
    if (this.size === 0) return Promise.resolve();
    return new Promise(resolve => {
      this.emptied = resolve;
    });
  }

  private close(): void {
    this.draining = true;
    this.file?.remove();
    this.server.close();
  }

  private boundAddress(): string {
    const { place } = this;
    if (this.kind === 'unix') return place.kind === 'unix' ? place.path : '';
    const { address, family, port } = this.server.address() as AddressInfo;
    return `${family === 'IPv6' ? `[${address}]` : address}:${port}`;
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
    if (this.size >= this.client.maxConnections) this.turnAway(socket, time);
    else if (this.lobby.open) this.arrived(new PlainArrival(takeHandle(socket), null));
    else this.lobby.enter(socket);
  }

  private turnAway(socket: Socket, time: number): void {
    this.turnedAway++;
    socket.on('error', () => socket.destroy());
    // Before its PROXY header is read and TLS is set up there is no way to tell.
    if (this.lobby.open) socket.end(TOO_MANY, () => socket.destroy());
    else socket.destroy();
    if (time - this.complainedAt < COMPLAINT_PACE) return;
    this.complainedAt = time;
    this.log.warn(`too many client connections: new ones ${this.lobby.open ? 'get 503' : 'are closed'}`, {
      listener: this.address,
      limit: this.client.maxConnections,
    });
  }
}
