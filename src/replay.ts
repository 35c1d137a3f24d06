import { type GatewayError, toGatewayError } from './errors.ts';
import { type Fields, NO_FIELDS } from './fields.ts';
import type { SpoolSpace } from './spool/space.ts';
import { Spool, type SpoolLimits, type SpoolOwner, spoolFull } from './spool/spool.ts';

/** Up to this many bytes of a request body are kept in memory, so that it can be sent again. */
export const REPLAY_LIMIT = 65_536;

const NOTHING = Buffer.alloc(0);

const STORED: SpoolLimits = { memory: 0, file: Infinity, rereadable: true };

/** So many bytes of a body that nobody wants yet are read all the same: a short one whole, so that its client is heard when it leaves. */
const SHORT = 1_024;

/** Where a body comes from: a client connection that can be told to stop reading. */
export interface BodySource {
  pauseBody(): void;
  resumeBody(): void;
}

/** Where a body goes to: a backend connection. */
export interface BodySink {
  /**
   * Takes a view; false: no more until `RequestBody.writable` is called. A view that is not of the buffer into which a
   * client is read may be kept until it is sent; at most 131,072 bytes are unsent when this returns true, and none when
   * `writable` is called.
   */
  write(chunk: Buffer): boolean;
  finish(trailers: Fields): void;
}

/** Who hears a body pass, whatever becomes of it. Does not throw. */
export interface BodyTap {
  /** A part has come, a view. */
  bodyPassed(chunk: Buffer): void;
  /** All of it has come. */
  bodyEnded(): void;
}

/** On whose behalf a body is taken in. */
export interface BodyTaker {
  /** The body is complete, or as much of it has come as was asked for, or as there is room for. Called in a microtask. */
  bodyTaken(): void;
  /** The body cannot be taken in, or what was taken in is lost: the request cannot be sent. */
  bodyLost(error: GatewayError): void;
}

/**
 * A request body on its way: flowing to one sink at a time, readable again from its start while it is short or was taken
 * in. What is taken in lies in memory up to REPLAY_LIMIT, else in a spool.
 */
export class RequestBody implements SpoolOwner {
  complete = false;
  private trailers: Fields = NO_FIELDS;
  /** What has come, in one buffer however small its parts; null: it is not kept any more, or it is in the spool. */
  private kept: Buffer | null = NOTHING;
  private keptBytes = 0;
  private spool: Spool | null = null;
  private sink: BodySink | null = null;
  private blocked = false;
  /** The source was told to stop reading. */
  private resting = false;
  private dropped = false;
  private settled = false;
  /** Until so many bytes have come they are taken in; 0: they are not. */
  private wanted = 0;
  /** So many bytes are kept while there is no sink. */
  private room = REPLAY_LIMIT;
  private space: SpoolSpace | null = null;
  private taker: BodyTaker | null = null;
  private tap: BodyTap | null = null;
  private readonly source: BodySource;
  private readonly expected: number;

  /** `expected`: bytes to come, as far as that is known. */
  constructor(source: BodySource, expected = 0) {
    this.source = source;
    this.expected = expected;
  }

  /** Whether any of it has arrived. */
  get begun(): boolean {
    return this.complete || this.kept === null || this.keptBytes !== 0;
  }

  /** Whether a further attempt could send it from its start. */
  get replayable(): boolean {
    return this.kept !== null || this.spool !== null || this.dropped;
  }

  /** Whether the sink has room. */
  get flowing(): boolean {
    return !this.blocked;
  }

  /** Bytes that have come, of a body that is replayable. */
  get length(): number {
    return this.spool === null ? this.keptBytes : this.spool.length;
  }

  /** Has somebody hear all of it, what has come already first; false: a part of that is not at hand any more. */
  tapInto(tap: BodyTap): boolean {
    if (this.kept === null) return false;
    if (this.keptBytes !== 0) tap.bodyPassed(this.kept.subarray(0, this.keptBytes));
    if (this.complete) tap.bodyEnded();
    else this.tap = tap;
    return true;
  }

  /** From now on it is on behalf of somebody else, who hears should what was taken in be lost. */
  answerTo(taker: BodyTaker): void {
    this.taker = taker;
  }

  /** Takes in so many bytes (Infinity: all of it) before there is a sink; for a body that is not complete. */
  takeIn(bytes: number, space: SpoolSpace, taker: BodyTaker): void {
    this.wanted = bytes;
    this.space = space;
    this.taker = taker;
    this.goOn();
  }

  /**
   * Leaves with the client what is still to come, until somebody wants it. If the client waits to be asked for it, it is
   * heard on: it may leave.
   */
  leave(unasked: boolean): void {
    if (this.complete) return;
    this.room = SHORT;
    const short = this.expected > 0 && this.expected <= SHORT;
    if (!unasked && !short) this.rest();
  }

  /** Takes the next part from the client, a view; pauses the source when nobody can take more. */
  push(chunk: Buffer): void {
    if (this.tap !== null) this.tap.bodyPassed(chunk);
    if (this.dropped) return;
    if (this.wanted !== 0) this.takeNext(chunk);
    else if (this.spool !== null && (this.sink === null || this.spool.unread !== 0)) this.spool.append(chunk);
    else this.pass(chunk);
  }

  /** The client has sent all of it. */
  end(trailers: Fields): void {
    this.complete = true;
    this.trailers = trailers;
    // Whatever rest its last part gave rise to: what comes next is no body, and it may be the client that leaves.
    if (this.resting) this.goOn();
    if (this.wanted !== 0) this.taken(null);
    else if (this.spool !== null) this.pump();
    else this.sink?.finish(trailers);
    this.tap?.bodyEnded();
  }

  /** Sends what there is to a sink, and from now on all that comes; only for a replayable body. */
  attach(sink: BodySink): void {
    if (this.dropped) return;
    this.sink = sink;
    if (this.spool !== null) {
      this.blocked = false;
      this.spool.rewind();
      this.pump();
      return;
    }
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
    if (!this.complete) this.rest();
  }

  /** The sink has room again. */
  writable(): void {
    this.blocked = false;
    if (this.sink === null) return;
    if (this.spool !== null && this.spool.unread !== 0) this.pump();
    else if (!this.complete) this.goOn();
  }

  /** There will be no other attempt: what was kept is let go. */
  settle(): void {
    this.settled = true;
    this.kept = null;
    if (this.spool?.unread === 0) this.closeSpool();
  }

  /** Nobody wants it any more: what there is is let go, and what still comes is read and dropped. */
  drop(): void {
    this.free();
    if (!this.complete) this.goOn();
  }

  /** Nobody wants it any more: what there is is let go. */
  free(): void {
    this.dropped = true;
    this.wanted = 0;
    this.sink = null;
    this.kept = null;
    this.blocked = false;
    this.closeSpool();
  }

  spoolReady(): void {
    if (this.wanted === 0) return;
    if (this.spool!.full) this.short();
    else this.goOn();
  }

  spoolReadable(): void {
    this.pump();
  }

  spoolFailed(error: GatewayError): void {
    this.taker!.bodyLost(error);
  }

  private pass(chunk: Buffer): void {
    const sink = this.sink;
    // What passes by the spool cannot be sent again, and then the rest need not be kept either.
    if (this.spool !== null) this.closeSpool();
    else if (this.kept !== null) {
      if (sink !== null && this.keptBytes + chunk.length > REPLAY_LIMIT) this.kept = null;
      else this.keep(chunk);
    }
    if (sink === null) {
      if (this.keptBytes >= this.room) this.rest();
    } else if (!sink.write(chunk)) {
      this.block();
    }
  }

  private takeNext(chunk: Buffer): void {
    if (this.spool === null && this.keptBytes + chunk.length <= REPLAY_LIMIT) this.keep(chunk);
    else this.store(chunk);
    if (this.spool?.full) this.short();
    else if (this.length >= this.wanted) this.taken(null);
  }

  private store(chunk: Buffer): void {
    if (this.spool === null) {
      this.spool = new Spool(STORED, this.space!, this);
      this.spool.append(this.kept!.subarray(0, this.keptBytes));
      this.kept = null;
    }
    if (!this.spool.append(chunk)) this.rest();
  }

  /** There is no more room on disk: who wants all of it cannot be served, anyone else has to do with what there is. */
  private short(): void {
    this.taken(this.wanted === Infinity ? spoolFull(this.space!) : null);
  }

  /** Says so when the present read is over: what follows from it may end the exchange, and that must not happen within. */
  private taken(error: GatewayError | null): void {
    this.wanted = 0;
    if (!this.complete) this.rest();
    queueMicrotask(() => {
      if (this.dropped) return;
      if (error === null) this.taker!.bodyTaken();
      else this.taker!.bodyLost(error);
    });
  }

  /** Moves on what lies in the spool, and then what comes. */
  private pump(): void {
    try {
      this.send();
    } catch (thrown) {
      this.taker!.bodyLost(toGatewayError(thrown));
    }
  }

  private send(): void {
    while (this.sink !== null && this.spool !== null && !this.blocked) {
      const part = this.spool.take();
      if (part === null) break;
      if (!this.sink.write(part)) this.blocked = true;
    }
    if (this.sink === null || this.spool === null || this.spool.unread !== 0) return;
    if (this.complete) this.sink.finish(this.trailers);
    else if (!this.blocked) this.goOn();
    if (this.settled) this.closeSpool();
  }

  private rest(): void {
    this.resting = true;
    this.source.pauseBody();
  }

  private goOn(): void {
    this.resting = false;
    this.source.resumeBody();
  }

  private block(): void {
    this.blocked = true;
    this.rest();
  }

  private closeSpool(): void {
    this.spool?.close();
    this.spool = null;
  }

  private keep(chunk: Buffer): void {
    const length = this.keptBytes + chunk.length;
    if (this.keptBytes === 0 && !this.isMost(length)) this.kept = Buffer.from(chunk);
    else {
      if (length > this.kept!.length) this.grow(length);
      chunk.copy(this.kept!, this.keptBytes);
    }
    this.keptBytes = length;
  }

  /** Whether so many bytes are a good part of those to come: who merely announces many shall not be given room for them. */
  private isMost(bytes: number): boolean {
    return bytes < this.expected && 4 * bytes >= Math.min(this.expected, REPLAY_LIMIT);
  }

  private grow(length: number): void {
    const wanted = this.isMost(length) ? this.expected : 2 * length;
    const larger = Buffer.allocUnsafeSlow(Math.max(length, Math.min(wanted, REPLAY_LIMIT)));
    this.kept!.copy(larger, 0, 0, this.keptBytes);
    this.kept = larger;
  }
}
