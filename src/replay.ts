import { type Fields, NO_FIELDS } from './fields.ts';

/** Up to this many bytes of a request body are kept, so that it can be sent again. */
export const REPLAY_LIMIT = 65_536;

const NOTHING = Buffer.alloc(0);

/** Where a body comes from: a client connection that can be told to stop reading. */
export interface BodySource {
  pauseBody(): void;
  resumeBody(): void;
}

/** Where a body goes to: a backend connection. */
export interface BodySink {
  /** Takes a view; false: no more until `RequestBody.writable` is called. */
  write(chunk: Buffer): boolean;
  finish(trailers: Fields): void;
}

/** A request body on its way: flowing to one sink at a time, readable again from its start while it is short. */
export class RequestBody {
  complete = false;
  private trailers: Fields = NO_FIELDS;
  /** What has come, in one buffer however small its parts; null: it is not kept any more. */
  private kept: Buffer | null = NOTHING;
  private keptBytes = 0;
  private sink: BodySink | null = null;
  private blocked = false;
  private dropped = false;
  private readonly source: BodySource;

  constructor(source: BodySource) {
    this.source = source;
  }

  /** Whether any of it has arrived. */
  get begun(): boolean {
    return this.complete || this.kept === null || this.keptBytes !== 0;
  }

  /** Whether a further attempt could send it from its start. */
  get replayable(): boolean {
    return this.kept !== null || this.dropped;
  }

  /** Whether the sink has room. */
  get flowing(): boolean {
    return !this.blocked;
  }

  /** Takes the next part from the client, a view; pauses the source when nobody can take more. */
  push(chunk: Buffer): void {
    if (this.dropped) return;
    const sink = this.sink;
    if (this.kept !== null) {
      if (sink !== null && this.keptBytes + chunk.length > REPLAY_LIMIT) this.kept = null;
      else this.keep(chunk);
    }
    if (sink === null) {
      if (this.keptBytes >= REPLAY_LIMIT) this.source.pauseBody();
    } else if (!sink.write(chunk)) {
      this.block();
    }
  }

  /** The client has sent all of it. */
  end(trailers: Fields): void {
    this.complete = true;
    this.trailers = trailers;
    this.sink?.finish(trailers);
  }

  /** Sends what there is to a sink, and from now on all that comes; only for a replayable body. */
  attach(sink: BodySink): void {
    if (this.dropped) return;
    this.sink = sink;
    const begun = this.kept !== null && this.keptBytes !== 0;
    const room = !begun || sink.write(this.kept!.subarray(0, this.keptBytes));
    if (this.complete) sink.finish(this.trailers);
    else if (room) this.writable();
    else this.block();
  }

  /** The attempt is over; the source rests until there is another sink. */
  detach(): void {
    if (this.sink === null) return;
    this.sink = null;
    if (!this.complete) this.source.pauseBody();
  }

  /** The sink has room again. */
  writable(): void {
    this.blocked = false;
    if (this.sink !== null) this.source.resumeBody();
  }

  /** Nobody wants it any more: what there is is let go, and what still comes is read and dropped. */
  drop(): void {
    this.dropped = true;
    this.sink = null;
    this.kept = null;
    this.blocked = false;
    if (!this.complete) this.source.resumeBody();
  }

  /** There will be no other attempt: what was kept is let go. */
  settle(): void {
    this.kept = null;
  }

  private block(): void {
    this.blocked = true;
    this.source.pauseBody();
  }

  private keep(chunk: Buffer): void {
    const length = this.keptBytes + chunk.length;
    if (this.keptBytes === 0) this.kept = Buffer.from(chunk);
    else {
      if (length > this.kept!.length) this.grow(length);
      chunk.copy(this.kept!, this.keptBytes);
    }
    this.keptBytes = length;
  }

  private grow(length: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(length, Math.min(2 * length, REPLAY_LIMIT)));
    this.kept!.copy(larger, 0, 0, this.keptBytes);
    this.kept = larger;
  }
}
