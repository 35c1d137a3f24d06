import { GatewayError } from '../../src/errors.ts';
import { HEADER } from './record.ts';

/** Where a reader reports the records that it reads; `type` and `id` are the reader's fields. */
export interface RecordOwner {
  /** A part of the present record's content, never empty; a view into the read buffer. */
  content(chunk: Buffer, start: number, end: number): void;
  /** The present record is complete, padding included; false: read no further. */
  recordEnded(): boolean;
}

/** Takes FastCGI records out of a byte stream, wherever it is split; contents are handed on uncopied. */
export class RecordReader {
  /** Of the present record. */
  type = 0;
  id = 0;
  /** Content bytes of the present record. */
  length = 0;
  private content = 0;
  private padding = 0;
  /** Bytes of a header that came in pieces. */
  private headerBytes = 0;
  private header: Buffer | null = null;

  /** Whether the stream stands between two records. */
  get between(): boolean {
    return this.headerBytes === 0 && this.content === 0 && this.padding === 0;
  }

  /** Reads records; the index behind what was read. Throws GatewayError for what is not a record. */
  receive(chunk: Buffer, owner: RecordOwner): number {
    const { length } = chunk;
    let at = 0;
    while (at < length) {
      if (this.content === 0 && this.padding === 0) {
        at = this.readHeader(chunk, at);
        if (this.headerBytes !== 0) return at;
      }
      if (this.content > 0 && at < length) at = this.readContent(chunk, at, owner);
      if (this.content === 0 && this.padding > 0) at = this.skipPadding(length, at);
      if (this.content === 0 && this.padding === 0 && !owner.recordEnded()) return at;
    }
    return at;
  }

  private readHeader(chunk: Buffer, at: number): number {
    if (this.headerBytes === 0 && chunk.length - at >= HEADER) {
      this.begin(chunk, at);
      return at + HEADER;
    }
    this.header ??= Buffer.allocUnsafeSlow(HEADER);
    const end = Math.min(chunk.length, at + HEADER - this.headerBytes);
    chunk.copy(this.header, this.headerBytes, at, end);
    this.headerBytes += end - at;
    if (this.headerBytes === HEADER) {
      this.headerBytes = 0;
      this.begin(this.header, 0);
    }
    return end;
  }

  private begin(bytes: Buffer, at: number): void {
    if (bytes[at] !== 1) {
      throw new GatewayError(
        'http_protocol_error',
        `what the application sends is not FastCGI: version ${bytes[at]} where a record should begin`,
      );
    }
    this.type = bytes[at + 1]!;
    this.id = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    this.length = this.content = (bytes[at + 4]! << 8) | bytes[at + 5]!;
    this.padding = bytes[at + 6]!;
  }

  private readContent(chunk: Buffer, at: number, owner: RecordOwner): number {
    const end = Math.min(chunk.length, at + this.content);
    this.content -= end - at;
    owner.content(chunk, at, end);
    return end;
  }

  private skipPadding(length: number, at: number): number {
    const skipped = Math.min(this.padding, length - at);
    this.padding -= skipped;
    return at + skipped;
  }
}
