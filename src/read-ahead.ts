import { GatewayError, toGatewayError } from './errors.ts';
import type { Carrier, Exchange } from './exchange.ts';
import { type FieldLines, type Fields, firstValue } from './fields.ts';
import type { SpoolSpace } from './spool/space.ts';
import { Spool, type SpoolOwner } from './spool/spool.ts';
import { type Timed, timeouts } from './timeouts.ts';

/** So much of one answer is held in memory, in bytes. */
const MEMORY = 262_144;

/** What is known of an answer that may be read ahead. */
export interface Readable {
  readonly fields: FieldLines;
  /** Bytes of its body; undefined: not known. */
  readonly length: number | undefined;
}

/** Whose answer is read ahead. */
export interface AheadOwner {
  /** The backend may go on, after `data` returned false. */
  aheadReady(): void;
  /** The disk failed; what was read ahead is lost. */
  aheadFailed(error: GatewayError): void;
}

/**
 * What a backend has answered and its client has not taken yet, so that the backend is free while the client drips. Once
 * the answer has ended it carries the exchange by itself.
 */
export class ReadAhead implements Carrier, SpoolOwner, Timed {
  deadline = Infinity;
  bucket = 0;
  readonly waiting = false;
  /** The client takes no more at present; so it is when reading ahead begins. */
  private blocked = true;
  private rested = false;
  /** Set when the backend has ended its answer. */
  private trailers: Fields | null = null;
  private owner: AheadOwner | null;
  private readonly exchange: Exchange;
  private readonly spool: Spool;
  private readonly space: SpoolSpace;
  private memory: number;

  /** Holds so much in memory, which has been reserved, and so much in a file. */
  constructor(exchange: Exchange, memory: number, file: number, space: SpoolSpace, owner: AheadOwner) {
    this.exchange = exchange;
    this.owner = owner;
    this.space = space;
    this.memory = memory;
    this.spool = new Spool({ memory, file, rereadable: false }, space, this);
  }

  /** Takes a part of the answer, a view; false: no more until `aheadReady`. */
  data(chunk: Buffer): boolean {
    if (!this.blocked && this.spool.unread === 0) {
      this.blocked = !this.exchange.answer.data(chunk);
      return true;
    }
    this.rested = !this.spool.append(chunk);
    return !this.rested;
  }

  /** The answer is complete: from now on this carries the exchange; `deadline`: until when at most, Infinity: no limit. */
  end(trailers: Fields, deadline: number): void {
    this.trailers = trailers;
    this.owner = null;
    this.exchange.carrier = this;
    if (deadline !== Infinity) timeouts.arm(this, deadline);
    this.send();
  }

  clientWritable(): void {
    this.blocked = false;
    this.send();
  }

  abandon(error: GatewayError): void {
    this.close();
    this.exchange.fail(error);
  }

  /** Lets go of what was read ahead. */
  close(): void {
    if (this.bucket !== 0) timeouts.forget(this);
    this.owner = null;
    this.spool.close();
    this.space.releaseMemory(this.memory);
    this.memory = 0;
  }

  expire(): void {
    this.abandon(new GatewayError('total_timeout', 'the exchange took longer than its total time-out'));
  }

  spoolReady(): void {
    this.readOn();
  }

  spoolReadable(): void {
    try {
      this.send();
    } catch (thrown) {
      this.spoolFailed(toGatewayError(thrown));
    }
  }

  spoolFailed(error: GatewayError): void {
    if (this.owner === null) this.abandon(error);
    else this.owner.aheadFailed(error);
  }

  private send(): void {
    const { answer } = this.exchange;
    while (!this.blocked) {
      const part = this.spool.take();
      if (part === null) break;
      this.blocked = !answer.data(part);
    }
    if (this.trailers === null) {
      answer.flush();
      this.readOn();
    } else if (this.spool.unread === 0) {
      this.finish(this.trailers);
    } else {
      answer.flush();
    }
  }

  private finish(trailers: Fields): void {
    this.close();
    this.exchange.carrier = null;
    this.exchange.answer.end(trailers);
  }

  private readOn(): void {
    if (!this.rested || !this.spool.roomy) return;
    this.rested = false;
    this.owner?.aheadReady();
  }
}

/**
 * Begins to read an answer ahead, up to so many bytes; null: it is not to be, or there is no memory left for it. The
 * backend has to wait for its client then.
 */
export function readAhead(
  exchange: Exchange,
  answer: Readable,
  bytes: number,
  space: SpoolSpace,
  owner: AheadOwner,
): ReadAhead | null {
  if (!isPatient(answer.fields)) return null;
  const inMemory = Math.min(bytes, MEMORY);
  // With room for a byte more the backend is read on when all has come: it may still have to say that it has ended.
  const left = answer.length === undefined ? inMemory : answer.length - exchange.bytesOut + 1;
  const memory = Math.min(inMemory, left);
  if (!space.reserveMemory(memory)) return null;
  return new ReadAhead(exchange, memory, bytes - inMemory, space, owner);
}

/** Whether parts of an answer are worth as much when they come later. */
function isPatient(fields: FieldLines): boolean {
  const type = firstValue(fields, 'content-type') ?? '';
  if (/^text\/event-stream\b/i.test(type)) return false;
  return (firstValue(fields, 'x-accel-buffering') ?? '').toLowerCase() !== 'no';
}
