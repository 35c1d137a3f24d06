import { Socket } from 'node:net';
import { now, recent } from '../clock.ts';
import { Networks, UNIX } from '../config/cidr.ts';
import type { ClientConfig, ListenConfig, ListenOptions } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { type Arrival, PlainArrival } from './arrival.ts';
import { LAST_HANDSHAKE } from './connection-bounds.ts';
import type { ListenerTlsStatus } from './listener-status.ts';
import { GONE, peerAddress } from './peer.ts';
import { ProxyEntrance } from './proxy-entrance.ts';
import type { ProxyHeader } from './proxy-header.ts';
import type { Credentials } from './tls/credentials.ts';
import { FaultLog } from './tls/fault-log.ts';
import { Handshake } from './tls/handshake.ts';
import type { Fault } from './tls/handshake-fault.ts';
import type { SecureStream } from './tls/secure-stream.ts';
import type { Turns } from './tls/turns.ts';
import { WatchedCredentials } from './tls/watched-credentials.ts';

/** What a lobby needs of its listener. */
export interface LobbyOwner {
  readonly kind: ListenConfig['kind'];
  readonly client: ClientConfig;
  readonly address: string;
  /** A connection is ready for requests. */
  arrived(arrival: Arrival): void;
  /** One has gone before that. */
  lost(): void;
}

/** Where the connections of a listener are until HTTP may be spoken on them: their PROXY header is read, then TLS is set up. */
export class Lobby {
  readonly turns: Turns;
  /** Connections whose TLS handshake came to nothing. */
  failures = 0;
  /** When the last has to be ready or gone. */
  latest = Infinity;
  readonly #owner: LobbyOwner;
  readonly #log: Log;
  readonly #faults: FaultLog;
  readonly #present = new Set<ProxyEntrance | Handshake>();
  #proxies: Networks | undefined;
  #watched: WatchedCredentials | undefined;

  /** TLS is spoken there once it has been given credentials by `follow`. */
  constructor(options: ListenOptions, owner: LobbyOwner, turns: Turns, log: Log) {
    this.#owner = owner;
    this.#log = log;
    this.#faults = new FaultLog(log);
    this.turns = turns;
    this.follow(options, undefined);
  }

  /** Goes over to other options; connections that are in their handshake stay with those from before. */
  follow(options: ListenOptions, credentials: Credentials | undefined): void {
    this.#proxies = options.proxyProtocol === undefined ? undefined : new Networks(options.proxyProtocol);
    if (credentials === undefined) this.#watched = undefined;
    else if (this.#watched === undefined) this.#watched = new WatchedCredentials(credentials, this.#log);
    else this.#watched.replace(credentials);
  }

  /** Whether connections have to pass here at all. */
  get open(): boolean {
    return this.#proxies === undefined && this.#watched === undefined;
  }

  get size(): number {
    return this.#present.size;
  }

  get kind(): ListenConfig['kind'] {
    return this.#owner.kind;
  }

  get handshakeTimeout(): number {
    return this.#owner.client.handshakeTimeout;
  }

  get credentials(): Credentials | undefined {
    return this.#watched?.present;
  }

  /** Undefined: it speaks no TLS. */
  get watched(): WatchedCredentials | undefined {
    return this.#watched;
  }

  /** Null: it speaks no TLS. */
  status(): ListenerTlsStatus | null {
    if (this.#watched === undefined) return null;
    const certificates = this.#watched.present.certificates.map(({ file, names, notAfter }) => ({
      file,
      names,
      notAfter: new Date(notAfter).toISOString(),
    }));
    return { certificates, handshakes: this.size, failed: this.failures };
  }

  /** Takes a connection that was accepted and is not read. */
  enter(socket: Socket): void {
    now();
    if (this.#proxies === undefined) this.#secure(socket, null);
    else if (this.#isProxy(socket, this.#proxies)) {
      this.#present.add(new ProxyEntrance(takeHandle(socket), this, this.handshakeTimeout));
    } else this.#turnAway(socket);
  }

  introduced(entrance: ProxyEntrance, handle: unknown, header: ProxyHeader): void {
    this.#present.delete(entrance);
    if (this.#watched === undefined) this.#owner.arrived(new PlainArrival(handle, header));
    else this.#secure(socketOf(handle), header);
  }

  leftEntrance(entrance: ProxyEntrance, fault: string): void {
    this.#present.delete(entrance);
    if (fault !== '') {
      this.#faults.add(
        { words: fault, detail: entrance.detail, matters: true },
        this.#owner.address,
        entrance.address,
      );
    }
    this.#owner.lost();
  }

  secured(handshake: Handshake, stream: SecureStream): void {
    this.#present.delete(handshake);
    this.#owner.arrived(stream);
  }

  failed(handshake: Handshake, fault: Fault | null): void {
    this.#present.delete(handshake);
    if (fault !== null) {
      this.failures++;
      this.#faults.add(fault, this.#owner.address, handshake.client);
    }
    this.#owner.lost();
  }

  /** Ends in a while: whoever is here can get ready, and does not keep a drain for longer. */
  drain(): void {
    this.latest = recent() + LAST_HANDSHAKE;
    for (const one of this.#present) one.hurry(this.latest);
  }

  /** Ends all that is in it. */
  destroy(): void {
    for (const one of this.#present) one.destroy();
  }

  #secure(socket: Socket, header: ProxyHeader | null): void {
    const handshake = new Handshake(socket, header, this);
    this.#present.add(handshake);
    handshake.start();
  }

  #turnAway(socket: Socket): void {
    const client = this.kind === 'unix' ? UNIX : peerAddress(socket);
    socket.destroy();
    // Who has gone already was trying out the port, as health checks do, and cannot be told from anybody.
    if (client === GONE) return;
    const fault = { words: 'a connection from no proxy that is listed', detail: '', matters: true };
    this.#faults.add(fault, this.#owner.address, client);
  }

  #isProxy(socket: Socket, proxies: Networks): boolean {
    return this.kind === 'unix' ? proxies.containsUnix : proxies.contains(peerAddress(socket));
  }
}

/** The handle changes hands: the socket that Node made around it would read through the Readable machinery. */
export function takeHandle(socket: Socket): unknown {
  const taken = socket as unknown as { _handle: unknown };
  const handle = taken._handle;
  taken._handle = null;
  return handle;
}

/** A socket that reads nothing yet. */
function socketOf(handle: unknown): Socket {
  const options = { handle, allowHalfOpen: true, pauseOnCreate: true };
  return new Socket(options as ConstructorParameters<typeof Socket>[0]);
}
