import { now, recent } from '../clock.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import { type FieldLines, type Fields, NO_FIELDS } from '../fields.ts';
import type {
  BackendRequest,
  Codec,
  Connection,
  ConnectionOwner,
  Destination,
  Receiver,
  ResponseSink,
} from '../protocol.ts';
import { type Timed, timeouts } from '../timeouts.ts';
import type { ByteStream, Dial, StreamOwner } from './byte-stream.ts';
import { brokenError, connectError } from './connect-error.ts';
import { dial } from './dial.ts';
import { EarlyEnd } from './early-end.ts';
import { GatheringWriter } from './gathering-writer.ts';
import { placeWords } from './place-words.ts';
import { beginRead, nextBuffer, sharedBuffer } from './read-buffer.ts';

type Phase = 'new' | 'connecting' | 'polling' | 'waiting' | 'reading' | 'idle' | 'closed';

/** How long an answer may take to arrive once a write to the backend has failed. */
const LAST_WORDS = 1_000;

/** The one pump: joins a codec to a byte stream, with back pressure, time-outs, and a named reason for each close. */
export class StreamConnection implements Connection, ResponseSink, StreamOwner, Timed {
  reused = false;
  sent = false;
  deadline = Infinity;
  bucket = 0;
  nextBuffer = sharedBuffer();

  private phase: Phase = 'new';
  private request: BackendRequest | null = null;
  private receiver: Receiver | null = null;
  private trailers: Fields = NO_FIELDS;
  /** The answer is complete; on an upgraded connection: the backend closed its side. */
  private answered = false;
  /** The request is out; on an upgraded connection: the client closed its side. */
  private finished = false;
  private beginning = false;
  /** A byte of an answer has come, to this request or one before. */
  private accepted = false;
  private flushDue = false;
  private paused = false;
  private writeBroken: Error | null = null;
  private socket!: ByteStream;
  private writer!: GatheringWriter;
  private readonly destination: Destination;
  private readonly codec: Codec;
  private readonly owner: ConnectionOwner;
  private readonly open: Dial;

  /** `open` is how the byte stream comes to be, if it is not a socket. */
  constructor(destination: Destination, codec: Codec, owner: ConnectionOwner, open: Dial = dial) {
    this.destination = destination;
    this.codec = codec;
    this.owner = owner;
    this.open = open;
  }

  send(request: BackendRequest, receiver: Receiver): void {
    this.request = request;
    this.receiver = receiver;
    this.sent = false;
    this.answered = false;
    this.finished = false;
    this.paused = false;
    if (this.phase === 'new') this.dial();
    else if (request.hasBody) this.poll();
    else this.begin();
  }

  write(chunk: Buffer): boolean {
    if (this.writeBroken !== null || this.phase === 'closed') return true;
    this.codec.data(chunk, this.writer);
    if (!this.beginning) this.flushSoon();
    // What moves one way keeps the other from being taken for dead.
    if (this.phase === 'reading' && !this.paused) this.arm(this.readTimeout());
    if (!this.writer.full) return true;
    // The socket's own time-out knows of bytes that left while a write was pending; a deadline would not.
    this.socket.setTimeout(this.destination.idleTimeout);
    return false;
  }

  finish(trailers: Fields): void {
    if (this.writeBroken !== null || this.phase === 'closed') return;
    this.finished = true;
    if (this.codec.upgraded) {
      this.writer.flush();
      this.socket.end();
      if (this.answered) this.complete();
      return;
    }
    this.codec.finish(trailers, this.writer);
    if (!this.beginning) this.writer.flush();
    if (this.phase === 'waiting') this.arm(this.destination.responseTimeout);
  }

  pause(): void {
    if (this.paused || this.phase === 'closed') return;
    this.paused = true;
    timeouts.disarm(this);
    this.socket.pause();
  }

  resume(): void {
    if (!this.paused || this.phase === 'closed') return;
    this.paused = false;
    this.arm(this.readTimeout());
    this.socket.resume();
  }

  close(reason: string): void {
    if (this.phase === 'closed') return;
    const dialled = this.phase !== 'new';
    this.phase = 'closed';
    this.receiver = null;
    this.request = null;
    timeouts.forget(this);
    if (dialled) this.closeSocket();
    this.owner.closed(this, reason);
  }

  /** What a tunnel still has to write is written; nothing else can be of use to the backend any more. */
  private closeSocket(): void {
    const { socket } = this;
    if (this.codec.upgraded && this.answered && this.writeBroken === null && socket.writableLength !== 0) {
      socket.setTimeout(this.destination.idleTimeout);
      socket.destroySoon();
    } else {
      socket.destroy();
    }
  }

  /** Writes once for all parts of a body that one read brought: many small chunks must not cost as many system calls. */
  private flushSoon(): void {
    if (this.flushDue || this.writer.empty) return;
    this.flushDue = true;
    process.nextTick(flushDue, this);
  }

  /** The read that `flushSoon` waited for is over. */
  flush(): void {
    this.flushDue = false;
    if (this.phase !== 'closed') this.writer.flush();
  }

  private dial(): void {
    try {
      this.socket = this.open(this.destination, this.request!, this);
    } catch (thrown) {
      this.fail(toGatewayError(thrown));
      return;
    }
    this.phase = 'connecting';
    this.writer = new GatheringWriter(this.socket);
    this.arm(this.destination.connectTimeout);
  }

  opened(): void {
    if (this.phase === 'connecting') this.begin();
  }

  /** A body cannot be sent twice, so look once more whether the backend has closed the kept connection meanwhile. */
  private poll(): void {
    this.phase = 'polling';
    setImmediate(() => {
      now();
      if (this.phase === 'polling') this.begin();
    });
  }

  /** A request that cannot be encoded is this exchange's failure and nobody else's. */
  private begin(): void {
    try {
      this.sendHead(this.request!);
    } catch (thrown) {
      this.fail(toGatewayError(thrown));
    }
  }

  private sendHead(request: BackendRequest): void {
    this.phase = 'waiting';
    this.beginning = true;
    this.finished = !request.hasBody;
    this.codec.begin(request, this.writer);
    this.receiver!.connected();
    this.beginning = false;
    if (this.receiver === null) return;
    this.sent = true;
    if (this.finished) this.arm(this.destination.responseTimeout);
    else timeouts.disarm(this);
    this.writer.flush();
  }

  received(bytes: number, buffer: Buffer): boolean {
    beginRead(buffer);
    const receiver = this.receiver;
    if (receiver === null) {
      this.close('unsolicited bytes');
      return false;
    }
    if (this.phase === 'polling') {
      this.fail(brokenError(this.place, false, 'unsolicited bytes'));
      return false;
    }
    if (!this.accepted) {
      this.accepted = true;
      this.owner.accepted(this);
    }
    try {
      this.codec.receive(buffer.subarray(0, bytes), this);
    } catch (thrown) {
      this.fail(toGatewayError(thrown));
      return false;
    }
    if (this.receiver === null) return false;
    if (this.answered) {
      this.complete();
    } else {
      if (this.phase === 'reading' && !this.paused) this.arm(this.readTimeout());
      receiver.flush();
    }
    // A buffer for bulk is not for an idle connection to hold.
    this.nextBuffer = this.receiver === null ? sharedBuffer() : nextBuffer(buffer, bytes);
    return !this.paused;
  }

  ended(): void {
    if (this.phase === 'closed') return;
    if (this.phase === 'polling') {
      this.fail(brokenError(this.place, false, 'closed while idle'));
      return;
    }
    if (this.receiver === null) {
      this.close('closed by the backend');
      return;
    }
    try {
      this.codec.eof(this);
    } catch (thrown) {
      this.fail(toGatewayError(thrown));
      return;
    }
    if (this.answered) this.complete();
  }

  writeFailed(error: Error): boolean {
    if (this.receiver === null || this.answered) return false;
    this.writeBroken = error;
    this.finished = false;
    // While the client keeps the answer waiting, so may its end.
    if (!this.paused) this.arm(LAST_WORDS);
    return true;
  }

  localRedirect(target: string): void {
    if (this.receiver === null) return;
    this.phase = 'reading';
    this.receiver.localRedirect(target);
  }

  interim(status: number, fields: FieldLines): void {
    this.receiver?.interim(status, fields);
  }

  head(status: number, reason: string, fields: FieldLines, bodyLength: number | undefined): void {
    if (this.receiver === null) return;
    this.phase = 'reading';
    // The request was complete; what the client sends through a tunnel is yet to end.
    if (this.codec.upgraded) this.finished = false;
    this.receiver.head(status, reason, fields, bodyLength);
  }

  data(chunk: Buffer): void {
    this.receiver?.data(chunk);
  }

  end(trailers: Fields): void {
    this.answered = true;
    this.trailers = trailers;
  }

  diagnostic(text: string): void {
    this.receiver?.diagnostic(text);
  }

  expire(): void {
    const { place } = this;
    if (this.writeBroken !== null) {
      this.fail(brokenError(place, this.phase === 'reading', this.writeBroken));
    } else if (this.phase === 'connecting') {
      const step = this.socket.connecting === false ? 'no TLS handshake with' : 'no connection to';
      this.fail(new GatewayError('connection_timeout', `${step} ${place} in time`));
    } else if (this.phase === 'waiting') {
      this.fail(new GatewayError('http_response_timeout', `no answer from ${place} in time`));
    } else if (this.phase === 'reading') {
      const silent = this.codec.upgraded ? 'nothing went through the tunnel' : 'the answer stopped coming';
      this.fail(new GatewayError('connection_read_timeout', `${silent}: ${place}`));
    }
  }

  private complete(): void {
    const receiver = this.receiver!;
    const trailers = this.trailers;
    if (this.codec.upgraded && !this.finished) {
      receiver.halfClosed();
      return;
    }
    const unfit = this.unfit();
    timeouts.disarm(this);
    this.receiver = null;
    this.request = null;
    if (unfit !== '') this.close(unfit);
    else if (this.socket.writableLength === 0) this.rest();
    // In TLS a write that the system took at once is known to be done a little later.
    else setImmediate(() => this.settle());
    receiver.end(trailers);
  }

  /** Whether all of the request has left is known by now. */
  private settle(): void {
    if (this.phase !== 'closed' && this.socket.writableLength === 0) this.rest();
    else this.close('request bytes still unsent');
  }

  /** Waits for the next request, and reads, so that it sees the backend close. */
  private rest(): void {
    this.phase = 'idle';
    this.reused = true;
    if (this.paused) {
      this.paused = false;
      this.socket.resume();
    }
    this.owner.idle(this, this.codec.keepAliveFor);
  }

  /** Why the connection must not carry another request; empty: it proved clean. */
  private unfit(): string {
    if (this.codec.upgraded) return 'tunnel ended';
    if (!this.finished) return 'answered before the request was sent';
    if (this.socket.outdated === true) return 'its certificates have changed';
    return this.codec.reusable ? '' : 'not reusable';
  }

  broken(error: Error): void {
    if (this.phase === 'closed') return;
    const { place } = this;
    if (this.receiver === null) this.close('broke while idle');
    // What goes through a tunnel says itself whether it is whole.
    else if (error instanceof EarlyEnd && this.codec.upgraded) this.ended();
    else if (error instanceof GatewayError) this.fail(error);
    else if (this.phase === 'connecting') this.fail(connectError(place, error));
    else this.fail(brokenError(place, this.phase === 'reading', error));
  }

  closed(): void {
    // Whoever closed it has said why; an error has been reported by `broken`.
  }

  private fail(error: GatewayError): void {
    const receiver = this.receiver;
    this.close(error.kind);
    receiver?.failed(error);
  }

  drained(): void {
    this.socket.setTimeout(0);
    this.receiver?.writable();
  }

  stalled(): void {
    if (this.receiver === null) {
      this.socket.destroy();
      return;
    }
    this.fail(new GatewayError('connection_write_timeout', `${this.place} stopped reading`));
  }

  /** Where the backend is, in words for the log. */
  private get place(): string {
    return placeWords(this.destination);
  }

  private readTimeout(): number {
    if (this.codec.upgraded) return this.destination.tunnelTimeout;
    return this.phase === 'waiting' ? this.destination.responseTimeout : this.destination.idleTimeout;
  }

  private arm(duration: number): void {
    timeouts.arm(this, recent() + duration);
  }
}

function flushDue(connection: StreamConnection): void {
  connection.flush();
}
