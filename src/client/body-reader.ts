import type { LimitsConfig } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import { type Fields, NO_FIELDS } from '../fields.ts';
import { ChunkedDecoder, type DataSink, USUAL_LIMITS } from '../http1/chunked.ts';

/** Reads the request bodies of one connection, one after the other, by their length or in chunks (RFC 9112, 6). */
export class BodyReader {
  /** Bytes still to come; -1: it is chunked. */
  private remaining = 0;
  private chunked: ChunkedDecoder | null = null;

  /** Gets ready for a body of so many bytes; undefined: chunked. */
  begin(length: number | undefined): void {
    this.remaining = length ?? -1;
    if (length !== undefined) return;
    if (this.chunked === null) this.chunked = new ChunkedDecoder(USUAL_LIMITS, 'http_request_error');
    else this.chunked.reset();
  }

  /** Reads on in buffer[at, end); returns the index after the body's last byte, or -1 if more is to come. Throws GatewayError. */
  read(buffer: Buffer, at: number, end: number, sink: DataSink): number {
    if (this.remaining === -1) return this.chunked!.decode(buffer, at, end, sink);
    const next = Math.min(end, at + this.remaining);
    this.remaining -= next - at;
    sink.data(buffer.subarray(at, next));
    return this.remaining === 0 ? next : -1;
  }

  /** Of a chunked body that was read to its end. */
  get trailers(): Fields {
    return this.remaining === -1 ? this.chunked!.trailers : NO_FIELDS;
  }
}

/** The error for a request body over the limit, whether it was announced or came. */
export function bodyTooLarge({ bodyBytes }: LimitsConfig): GatewayError {
  return new GatewayError('body_too_large', `request body of more than ${bodyBytes} bytes`);
}
