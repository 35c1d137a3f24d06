import { GatewayError } from '../../src/errors.ts';
import type { BackendRequest, Connection, ConnectionOwner, Destination } from '../../src/protocol.ts';
import type { ByteStream, StreamOwner } from '../../src/transport/byte-stream.ts';
import { StreamConnection } from '../../src/transport/connection.ts';
import { dial } from '../../src/transport/dial.ts';
import { askLimits, type Limits } from './ask-limits.ts';
import { Carrier, type CarrierOwner } from './carrier.ts';
import { FastCgiCodec } from './codec.ts';
import { LateStream } from './late-stream.ts';

const ALONE = 'its connections carry one request at a time';

/** A request that waits for what the application says of itself. */
interface Waiting {
  readonly stream: LateStream;
  readonly connection: StreamConnection;
  readonly codec: FastCgiCodec;
  readonly request: BackendRequest;
  readonly owner: StreamOwner;
}

/**
 * Lets requests to one application share connections, if it announces that it can do that: it is asked before the first
 * request is sent. To those who send requests, each has a connection of its own as always, used once.
 */
export class Multiplexer implements CarrierOwner {
  private state: 'unknown' | 'asking' | 'shared' | 'alone' = 'unknown';
  private waiting: Waiting[] = [];
  private readonly carriers: Carrier[] = [];
  private mostCarriers = Infinity;
  private mostRequests = 1;
  private readonly destination: Destination;

  constructor(destination: Destination) {
    this.destination = destination;
  }

  /** A connection for one request, or for several one after the other if the application does not share. */
  connect(owner: ConnectionOwner): Connection {
    const { destination } = this;
    const codec = new FastCgiCodec(destination);
    if (this.state === 'alone') return new StreamConnection(destination, codec, owner);
    const connection: StreamConnection = new StreamConnection(
      destination,
      codec,
      owner,
      (_, request, stream) =>
        this.open({ stream: new LateStream(), connection, codec, request, owner: stream }),
    );
    return connection;
  }

  retired(carrier: Carrier): void {
    const at = this.carriers.indexOf(carrier);
    if (at >= 0) this.carriers.splice(at, 1);
  }

  refusedToShare(): void {
    this.state = 'alone';
    for (const carrier of [...this.carriers]) carrier.retire();
  }

  private open(waiting: Waiting): ByteStream {
    if (this.state === 'shared' || this.state === 'alone') return this.place(waiting);
    this.waiting.push(waiting);
    if (this.state === 'unknown') this.ask(waiting.request);
    return waiting.stream;
  }

  private ask(request: BackendRequest): void {
    this.state = 'asking';
    askLimits(this.destination, request, limits => this.told(limits));
  }

  private told(limits: Limits | undefined | null): void {
    const said = this.understand(limits);
    const waiting = this.waiting.filter(({ stream }) => !stream.gone);
    this.waiting = [];
    if (said !== '') waiting[0]?.owner.diagnostic(`${said}: ${ALONE}`);
    for (const each of waiting) this.placeLate(each);
  }

  /** What is to be said of it; empty: nothing. */
  private understand(limits: Limits | undefined | null): string {
    // Whoever wants to send finds that out as well; the next request asks again.
    this.state = limits === null ? 'unknown' : 'alone';
    if (limits === null) return '';
    if (limits === undefined) return 'the application does not answer FCGI_GET_VALUES';
    this.mostRequests = Math.min(this.destination.application.multiplex, limits.requests);
    this.mostCarriers = Math.max(1, limits.connections);
    if (!limits.multiplexes || this.mostRequests < 2) {
      return 'the application does not announce that connections can be shared (FCGI_MPXS_CONNS)';
    }
    this.state = 'shared';
    return '';
  }

  private placeLate(waiting: Waiting): void {
    try {
      waiting.stream.become(this.place(waiting));
    } catch (thrown) {
      // The system's word for it: busy, not down.
      waiting.owner.broken(Object.assign(thrown as Error, { code: 'EAGAIN' }));
    }
  }

  private place({ connection, codec, request, owner }: Waiting): ByteStream {
    if (this.state !== 'shared') return dial(this.destination, request, owner);
    const carrier = this.carriers.find(({ free }) => free) ?? this.addCarrier(request);
    connection.reused = carrier.used;
    return carrier.join(codec, owner);
  }

  private addCarrier(request: BackendRequest): Carrier {
    if (this.carriers.length >= this.mostCarriers) {
      const place = this.destination.path || this.destination.authority;
      const most = `${this.mostCarriers} connections of ${this.mostRequests} requests each`;
      throw new GatewayError(
        'backlog_full',
        `${place} takes no more than ${most}; max-conns= would let them wait`,
      );
    }
    const carrier = new Carrier(this.destination, this.mostRequests, this);
    this.carriers.push(carrier);
    carrier.dial(request);
    return carrier;
  }
}
