import { now, recent } from '../clock.ts';
import { UNIX } from '../config/cidr.ts';
import type { ListenConfig } from '../config/config.ts';
import { type Timed, timeouts } from '../timeouts.ts';
import { RawSocket, type SocketOwner } from '../transport/raw-socket.ts';
import { peerAddress } from './peer.ts';
import { type HeaderFault, type ProxyHeader, ProxyHeaderParser } from './proxy-header.ts';

/** Who lets connections in once their PROXY header has been read. */
export interface ProxyReception {
  readonly kind: ListenConfig['kind'];
  /**
   * The header is complete. The handle is the connection's, from which not a byte was read behind the header; it belongs
   * to who is told.
   */
  introduced(entrance: ProxyEntrance, handle: unknown, header: ProxyHeader): void;
  /**
   * The connection is gone, with words for the log if that is the other side's fault, the same for all faults of a kind;
   * empty: it just closed.
   */
  leftEntrance(entrance: ProxyEntrance, fault: string): void;
}

/** A connection accepted from a proxy, of which the PROXY header is being read. */
export class ProxyEntrance implements SocketOwner, Timed {
  deadline = Infinity;
  bucket = 0;
  /** The proxy's address, `unix` on a unix socket. */
  readonly address: string;
  /** What there is to say of its fault besides; may be empty. */
  detail = '';
  readonly #parser = new ProxyHeaderParser();
  readonly #reception: ProxyReception;
  readonly #socket: RawSocket;
  #fault = '';

  /** Takes over the handle of an accepted connection, and closes it unless the header is complete within so many milliseconds. */
  constructor(handle: unknown, reception: ProxyReception, patience: number) {
    this.#reception = reception;
    this.#socket = new RawSocket(this, handle);
    this.address = reception.kind === 'unix' ? UNIX : peerAddress(this.#socket);
    timeouts.arm(this, recent() + patience);
  }

  /** As long as what the header still needs: the system then reads no byte of what follows it, and nothing at all in the end. */
  get nextBuffer(): Buffer {
    return this.#parser.room;
  }

  set nextBuffer(_buffer: Buffer) {
    // It is always the parser's.
  }

  /** It has to be complete by then. */
  hurry(latest: number): void {
    timeouts.arm(this, Math.min(this.deadline, latest));
  }

  /** Ends the connection. */
  destroy(): void {
    this.#socket.destroy();
  }

  received(bytes: number): boolean {
    now();
    const parser = this.#parser;
    parser.filled(bytes);
    if (parser.fault !== null) this.#refuse(parser.fault);
    if (parser.header === null) return true;
    // Not within the read: its end still stops the reading of this socket.
    process.nextTick(() => this.#handOver(parser.header!));
    return false;
  }

  ended(): void {
    // A connection that says nothing at all is how its port is tried out, and no fault.
    if (this.#parser.started) this.#fail('a connection ended within its PROXY header');
    else this.#socket.destroy();
  }

  expire(): void {
    this.#fail('a PROXY header did not come in time');
  }

  stalled(): void {
    this.#socket.destroy();
  }

  writeFailed(): boolean {
    return false;
  }

  drained(): void {
    // Nothing is written.
  }

  broken(): void {
    // `closed` follows, and says all there is to say.
  }

  closed(): void {
    timeouts.forget(this);
    this.#reception.leftEntrance(this, this.#fault);
  }

  #refuse({ detail }: HeaderFault): void {
    this.detail = detail;
    this.#fail(
      detail === '' ? 'a connection does not begin with a PROXY header' : 'a PROXY header cannot be read',
    );
  }

  #fail(fault: string): void {
    this.#fault = fault;
    this.#socket.destroy();
  }

  #handOver(header: ProxyHeader): void {
    timeouts.forget(this);
    const taken = this.#socket as unknown as { _handle: unknown };
    const handle = taken._handle;
    // It was ended meanwhile, and `closed` tells of that.
    if (this.#socket.destroyed || !handle) return;
    taken._handle = null;
    this.#reception.introduced(this, handle, header);
  }
}
