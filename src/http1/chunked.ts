import type { GatewayError } from '../errors.ts';
import { type Fields, NO_FIELDS } from '../fields.ts';
import { CR, HEX, LF } from './bytes.ts';
import { EXTENSION_BAD, EXTENSION_END, EXTENSION_START, nextInExtension } from './chunk-extension.ts';
import { byteName, type MessageKind, refusal } from './refusal.ts';
import { allowedTrailers, TrailerParser } from './trailers.ts';

/** What a chunked body may take besides its data: bytes of all extensions, bytes and number of its trailers. */
export interface ChunkedLimits {
  readonly extensionBytes: number;
  readonly trailerBytes: number;
  readonly trailerCount: number;
}

/** What both sides of the gateway allow: more than anybody uses, and little enough to keep. */
export const USUAL_LIMITS: ChunkedLimits = { extensionBytes: 4_096, trailerBytes: 16_384, trailerCount: 64 };

/** Where the data of a body goes; a chunk is a view, valid during the call. */
export interface DataSink {
  data(chunk: Buffer): void;
}

/** What the next byte is part of. */
const SIZE = 0;
const EXTENSION = 1;
const SIZE_LINE_FEED = 2;
const DATA = 3;
const DATA_RETURN = 4;
const DATA_LINE_FEED = 5;
const TRAILERS = 6;
const COMPLETE = 7;

/** Hexadecimal digits of a chunk size, leading zeros among them. */
const SIZE_DIGITS = 15;

/** Decodes chunked bodies (RFC 9112, 7.1), one after the other, from bytes split anyhow. */
export class ChunkedDecoder {
  /** The trailers of a complete body, without those that may not stand there. */
  trailers: Fields = NO_FIELDS;

  private readonly limits: ChunkedLimits;
  private readonly kind: MessageKind;
  private part = SIZE;
  private digits = 0;
  private remaining = 0;
  private extension = EXTENSION_START;
  private extensionBytes = 0;
  private trailerParser: TrailerParser | undefined = undefined;

  /** `kind` is the error that a malformed body means. */
  constructor(limits: ChunkedLimits, kind: MessageKind) {
    this.limits = limits;
    this.kind = kind;
  }

  /** Gets ready for another body. */
  reset(): void {
    this.trailers = NO_FIELDS;
    this.part = SIZE;
    this.digits = 0;
    this.remaining = 0;
    this.extensionBytes = 0;
    this.trailerParser = undefined;
  }

  /**
   * Decodes on in chunk[start, end). Returns the index after the body's last byte when the body is complete, or -1 when
   * all was taken and more is needed. Throws GatewayError; after that only `reset` makes sense.
   */
  decode(chunk: Buffer, start: number, end: number, sink: DataSink): number {
    if (this.part === COMPLETE) return start;
    let at = start;
    while (at < end) {
      if (this.part === DATA) at = this.takeData(chunk, at, end, sink);
      else if (this.part === SIZE) at = this.readSize(chunk, at, end);
      else if (this.part === TRAILERS) return this.readTrailers(chunk, at, end);
      else this.readByte(chunk[at++]!);
    }
    return -1;
  }

  private takeData(chunk: Buffer, at: number, end: number, sink: DataSink): number {
    const stop = Math.min(end, at + this.remaining);
    this.remaining -= stop - at;
    if (this.remaining === 0) this.part = DATA_RETURN;
    sink.data(at === 0 && stop === chunk.length ? chunk : chunk.subarray(at, stop));
    return stop;
  }

  private readSize(chunk: Buffer, from: number, end: number): number {
    let at = from;
    for (; at < end; at++) {
      const digit = HEX[chunk[at]!]!;
      if (digit > 15) return this.endSize(chunk[at]!, at);
      if (++this.digits > SIZE_DIGITS) throw this.bad(`size of more than ${SIZE_DIGITS} digits`);
      this.remaining = this.remaining * 16 + digit;
    }
    return at;
  }

  private endSize(byte: number, at: number): number {
    if (this.digits === 0)
      throw this.bad(`begins with ${byteName(byte)} where a hexadecimal size must stand`);
    if (this.remaining > Number.MAX_SAFE_INTEGER) throw this.bad('size of more than 2^53 bytes');
    this.part = EXTENSION;
    this.extension = EXTENSION_START;
    return at;
  }

  private readByte(byte: number): void {
    if (this.part === EXTENSION) this.readExtension(byte);
    else if (this.part === DATA_RETURN) {
      if (byte !== CR) throw this.bad(`${byteName(byte)} after its data, where the line must end`);
      this.part = DATA_LINE_FEED;
    } else if (byte !== LF) {
      throw this.bad(`${byteName(byte)} after a carriage return, where only a line feed may stand`);
    } else if (this.part === DATA_LINE_FEED) {
      this.part = SIZE;
      this.digits = 0;
    } else this.part = this.remaining === 0 ? TRAILERS : DATA;
  }

  private readExtension(byte: number): void {
    this.extension = nextInExtension(this.extension, byte);
    if (this.extension === EXTENSION_END) {
      this.part = SIZE_LINE_FEED;
      return;
    }
    if (this.extension === EXTENSION_BAD)
      throw this.bad(`${byteName(byte)} may not stand there after its size`);
    if (++this.extensionBytes > this.limits.extensionBytes) {
      throw this.bad(`extensions of more than ${this.limits.extensionBytes} bytes in one body`);
    }
  }

  private readTrailers(chunk: Buffer, at: number, end: number): number {
    let parser = this.trailerParser;
    if (parser === undefined) {
      if (chunk[at] === CR && at + 1 < end && chunk[at + 1] === LF) {
        this.part = COMPLETE;
        return at + 2;
      }
      parser = new TrailerParser(this.limits.trailerBytes, this.limits.trailerCount, this.kind);
      this.trailerParser = parser;
    }
    const next = parser.parse(chunk, at, end);
    if (next < 0) return -1;
    this.trailers = allowedTrailers(parser.fields);
    this.part = COMPLETE;
    return next;
  }

  private bad(what: string): GatewayError {
    return refusal(this.kind, `body: chunk ${what}`);
  }
}
