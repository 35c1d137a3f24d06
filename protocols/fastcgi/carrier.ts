import { now, recent } from '../../src/clock.ts';
import type { BackendRequest, Destination } from '../../src/protocol.ts';
import { type Timed, timeouts } from '../../src/timeouts.ts';
import type { ByteStream, StreamOwner } from '../../src/transport/byte-stream.ts';
import { dial } from '../../src/transport/dial.ts';
import { beginRead, sharedBuffer } from '../../src/transport/read-buffer.ts';
import type { FastCgiCodec, Sharing } from './codec.ts';
import { encodeAbort } from './encode.ts';
import { RecordRuns, type RunOwner } from './record-runs.ts';
import { SharedStream } from './shared-stream.ts';

/** How long a connection without requests is kept. */
const REST = 1_000;

/** Bytes for ids that nobody uses which a connection may bring in a row. */
const MOST_STRAY = 65_536;

/** Who has carriers. */
export interface CarrierOwner extends Sharing {
  /** The connection takes no more requests. */
  retired(carrier: Carrier): void;
}

/** A connection to an application that several requests share, each by an id of its own (FastCGI 1.0, section 3.3). */
export class Carrier implements StreamOwner, RunOwner, Sharing, Timed {
  /** Always the one that all sockets share: what was read is for several, so nobody may keep it. */
  nextBuffer = sharedBuffer();
  deadline = Infinity;
  bucket = 0;
  socket!: ByteStream;
  /** Whether it has carried an answer. */
  used = false;
  /** By id; those given up stay until the application says that they have ended. */
  private readonly streams = new Map<number, SharedStream>();
  private readonly spareIds: number[] = [];
  private highestId = 0;
  /** Requests that were not given up. */
  private wanted = 0;
  private readonly most: number;
  private readonly owner: CarrierOwner;
  private readonly destination: Destination;
  private readonly runs = new RecordRuns();
  private readonly blockers = new Set<SharedStream>();
  private connected = false;
  private retired = false;
  private closing = false;
  private stray = 0;
  /** When something was read from it last. */
  private heardAt = -Infinity;

  /** `most`: requests at once. */
  constructor(destination: Destination, most: number, owner: CarrierOwner) {
    this.destination = destination;
    this.most = most;
    this.owner = owner;
  }

  /** Starts to connect. */
  dial(request: BackendRequest): void {
    this.socket = dial(this.destination, request, this);
  }

  /** Whether it takes one request more. */
  get free(): boolean {
    return !this.retired && this.socket.outdated !== true && this.streams.size < this.most;
  }

  /** A part of it for one request; `opened` follows, later than this call. */
  join(codec: FastCgiCodec, owner: StreamOwner): SharedStream {
    const id = this.spareIds.shift() ?? ++this.highestId;
    const stream = new SharedStream(this, id, codec, owner);
    this.streams.set(id, stream);
    this.wanted++;
    timeouts.disarm(this);
    // After a rest, look once more whether the application has closed it meanwhile: a body cannot be sent twice.
    if (this.connected) {
      if (this.streams.size === 1) setImmediate(opened, stream);
      else process.nextTick(opened, stream);
    }
    return stream;
  }

  /** A request was given up: the application is told, and its id stays in use until that says that it has ended. */
  left(stream: SharedStream): void {
    if (this.closing || stream.over) return;
    this.wanted--;
    if (this.isMuteFor(stream)) this.retired = true;
    if (!stream.begun) this.forget(stream);
    else if (this.wanted > 0) this.socket.write(encodeAbort(stream.id), 'latin1');
    this.rest();
  }

  refusedToShare(): void {
    this.owner.refusedToShare();
  }

  /** Takes no more requests. */
  retire(): void {
    this.retired = true;
    this.rest();
  }

  /** A request holds so much that nothing more is read. */
  block(stream: SharedStream): void {
    if (this.closing) return;
    if (this.blockers.size === 0) this.socket.pause();
    this.blockers.add(stream);
  }

  unblock(stream: SharedStream): void {
    if (this.blockers.delete(stream) && this.blockers.size === 0 && !this.closing) this.socket.resume();
  }

  opened(): void {
    this.connected = true;
    for (const stream of [...this.streams.values()]) stream.opened();
  }

  received(bytes: number, buffer: Buffer): boolean {
    beginRead(buffer);
    this.used = true;
    this.heardAt = recent();
    this.runs.receive(buffer.subarray(0, bytes), this);
    return this.blockers.size === 0 && !this.closing;
  }

  run(chunk: Buffer, start: number, end: number, ends: boolean): void {
    if (this.closing) return;
    const stream = this.streams.get(this.runs.id);
    if (stream === undefined || !stream.begun) {
      this.ignore(end - start);
      return;
    }
    this.stray = 0;
    const wanted = stream.wanted;
    if (ends) stream.over = true;
    stream.deliver(chunk, start, end);
    if (ends) this.requestEnded(stream, wanted);
  }

  junk(header: Buffer): void {
    // Each codec stands between two records, and says what is wrong.
    for (const stream of [...this.streams.values()]) stream.deliver(header, 0, header.length);
    this.close();
  }

  ended(): void {
    this.finish('end');
  }

  broken(error: Error): void {
    this.finish(error);
  }

  writeFailed(error: Error): boolean {
    this.retired = true;
    let kept = false;
    for (const stream of [...this.streams.values()]) if (stream.writeFailed(error)) kept = true;
    return kept && !this.closing;
  }

  drained(): void {
    for (const stream of [...this.streams.values()]) stream.drained();
  }

  stalled(): void {
    for (const stream of [...this.streams.values()]) stream.stalled();
    this.close();
  }

  expire(): void {
    this.close();
  }

  closed(): void {}

  diagnostic(): void {}

  /** Whether a request waited in vain, and for no other came anything either: who comes next does better elsewhere. */
  private isMuteFor(stream: SharedStream): boolean {
    const { responseTimeout, connectTimeout } = this.destination;
    const patience = this.connected ? responseTimeout : connectTimeout;
    return this.heardAt < stream.joinedAt && recent() - stream.joinedAt >= patience;
  }

  private requestEnded(stream: SharedStream, wanted: boolean): void {
    if (wanted) this.wanted--;
    this.forget(stream);
    this.rest();
  }

  private forget(stream: SharedStream): void {
    this.streams.delete(stream.id);
    this.spareIds.push(stream.id);
  }

  private ignore(bytes: number): void {
    this.stray += bytes;
    if (this.streams.size === 0) this.close();
    else if (this.stray > MOST_STRAY) this.finish(new Error('too many records for ids that nobody uses'));
  }

  /** Without a request it waits a while for the next one; those that were given up end with the connection, if not before. */
  private rest(): void {
    if (this.wanted > 0 || this.closing) return;
    const { outdated } = this.socket;
    if (this.streams.size > 0 || this.retired || outdated || !this.destination.keepAlive) this.close();
    else timeouts.arm(this, recent() + REST);
  }

  private finish(ending: Error | 'end'): void {
    const present = [...this.streams.values()];
    this.close();
    for (const stream of present) stream.finish(ending);
  }

  private close(): void {
    if (this.closing) return;
    this.closing = true;
    this.retired = true;
    this.streams.clear();
    timeouts.forget(this);
    this.socket.destroy();
    this.owner.retired(this);
  }
}

function opened(stream: SharedStream): void {
  now();
  stream.opened();
}
