import { recent } from '../../src/clock.ts';
import type { ByteStream, StreamOwner } from '../../src/transport/byte-stream.ts';
import type { Carrier } from './carrier.ts';
import type { FastCgiCodec } from './codec.ts';

/** Bytes that a request which was paused may hold; beyond, the whole connection is paused. */
const MOST_HELD = 262_144;

/** One request's part of a connection that several share: the records with its id, as a byte stream of their own. */
export class SharedStream implements ByteStream {
  readonly id: number;
  readonly joinedAt = recent();
  /** Whether a byte was written, so that the application knows its id. */
  begun = false;
  /** Whether the application has said that the request has ended: nothing more will come for its id. */
  over = false;
  private owner: StreamOwner | null;
  private paused = false;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private drainDue = false;
  /** How the connection ended while something was held. */
  private ending: Error | 'end' | null = null;
  private readonly carrier: Carrier;

  constructor(carrier: Carrier, id: number, codec: FastCgiCodec, owner: StreamOwner) {
    this.carrier = carrier;
    this.id = id;
    this.owner = owner;
    codec.share(id, carrier);
  }

  /** Whether the request was not given up. */
  get wanted(): boolean {
    return this.owner !== null;
  }

  get writableLength(): number {
    return this.carrier.socket.writableLength;
  }

  write(bytes: string | Buffer, encoding?: BufferEncoding): boolean {
    this.begun = true;
    return this.carrier.socket.write(bytes, encoding);
  }

  cork(): void {
    this.carrier.socket.cork();
  }

  uncork(): void {
    this.carrier.socket.uncork();
  }

  /** The input of a request ends by a record. */
  end(): void {}

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    if (this.drainDue) return;
    this.drainDue = true;
    process.nextTick(drainDue, this);
  }

  setTimeout(milliseconds: number): void {
    const { socket } = this.carrier;
    // Another request may have written meanwhile, and waits for the application to read on.
    if (milliseconds !== 0 || socket.writableLength === 0) socket.setTimeout(milliseconds);
  }

  /** Gives the request up, or forgets it if it is over. */
  destroy(): void {
    if (this.owner === null) return;
    this.owner = null;
    this.letGo();
    this.carrier.left(this);
  }

  destroySoon(): void {
    this.destroy();
  }

  /** The connection stands. */
  opened(): void {
    this.owner?.opened();
  }

  /** Bytes of records with its id; a view, valid during the call. */
  deliver(chunk: Buffer, start: number, end: number): void {
    if (this.owner === null) return;
    if (this.paused || this.held.length > 0) this.hold(chunk, start, end);
    else this.owner.received(end - start, chunk.subarray(start, end));
  }

  /** What was held goes on, as far as it is wanted. */
  drain(): void {
    this.drainDue = false;
    while (this.owner !== null && !this.paused && this.held.length > 0) {
      const piece = this.held.shift()!;
      this.heldBytes -= piece.length;
      this.owner.received(piece.length, piece);
    }
    if (this.owner === null || this.held.length > 0) return;
    this.carrier.unblock(this);
    if (this.ending !== null) this.finish(this.ending);
  }

  /** The connection has ended; what is held comes first. */
  finish(ending: Error | 'end'): void {
    if (this.owner === null) return;
    this.ending = ending;
    if (this.held.length > 0) return;
    if (ending === 'end') this.owner.ended();
    else this.owner.broken(ending);
  }

  /** A write failed; true: what the application had said before is still wanted. */
  writeFailed(error: Error): boolean {
    return this.owner?.writeFailed(error) ?? false;
  }

  drained(): void {
    this.owner?.drained();
  }

  stalled(): void {
    this.owner?.stalled();
  }

  diagnostic(text: string): void {
    this.owner?.diagnostic(text);
  }

  private hold(chunk: Buffer, start: number, end: number): void {
    this.held.push(Buffer.from(chunk.subarray(start, end)));
    this.heldBytes += end - start;
    if (this.heldBytes > MOST_HELD) this.carrier.block(this);
  }

  private letGo(): void {
    this.held = [];
    this.heldBytes = 0;
    this.carrier.unblock(this);
  }
}

function drainDue(stream: SharedStream): void {
  stream.drain();
}
