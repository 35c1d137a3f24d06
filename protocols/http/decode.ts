import { GatewayError } from '../../src/errors.ts';
import {
  CONTENT_LENGTH,
  type FieldLines,
  type Fields,
  KEEP_ALIVE,
  NO_FIELDS,
  UPGRADE,
} from '../../src/fields.ts';
import { ChunkedDecoder, USUAL_LIMITS } from '../../src/http1/chunked.ts';
import { contentLength } from '../../src/http1/content-length.ts';
import { CHUNKED, keepsAlive, responseBodyLength, UNTIL_CLOSE } from '../../src/http1/framing.ts';
import { type HeadFields, type HeadLimits, indexOfCode } from '../../src/http1/head.ts';
import { endToEnd } from '../../src/http1/hop-by-hop.ts';
import { ResponseHeadParser } from '../../src/http1/response-head.ts';
import type { ResponseSink } from '../../src/protocol.ts';

const LIMITS: HeadLimits = { headBytes: 65_536, fieldCount: 256, targetBytes: 0 };

/** A well-behaved backend sends one or two 1xx answers; a stream of them is an attack on patience. */
const MOST_INTERIM = 32;

type State = 'head' | 'counted' | 'chunked' | 'until-close' | 'upgraded' | 'complete';

/** Reads the answers of an HTTP/1.1 backend, one after the other (RFC 9112, 4 and 6). */
export class ResponseDecoder {
  /** After the end: whether the backend will read another request here. */
  keepAlive = false;
  /** After the end: the milliseconds that a Keep-Alive field promised. */
  keepAliveFor: number | undefined;
  upgraded = false;
  private state: State = 'complete';
  private remaining = 0;
  private interims = 0;
  private method = '';
  private upgradable = false;
  private chunked: ChunkedDecoder | undefined;
  private readonly parser = new ResponseHeadParser(LIMITS);

  /** Expects the answer to a request. */
  begin(method: string, upgradable: boolean): void {
    this.method = method;
    this.upgradable = upgradable;
    this.state = 'head';
    this.keepAlive = false;
    this.keepAliveFor = undefined;
    this.interims = 0;
  }

  receive(chunk: Buffer, sink: ResponseSink): void {
    let at = 0;
    while (this.state === 'head' && at < chunk.length) {
      at = this.parser.parse(chunk, at, chunk.length);
      if (at === -1) return;
      this.headRead(sink);
    }
    if (at < chunk.length) this.bodyRead(chunk, at, sink);
  }

  /** The backend closed: the end of an answer that only the close delimits, else a fault. */
  eof(sink: ResponseSink): void {
    if (this.state === 'until-close' || this.state === 'upgraded') {
      this.complete(NO_FIELDS, sink);
    } else if (this.state === 'head' && !this.parser.started) {
      throw new GatewayError('connection_terminated', 'the backend closed without an answer');
    } else if (this.state === 'head') {
      throw new GatewayError('http_protocol_error', 'the backend closed inside the head of its answer');
    } else if (this.state !== 'complete') {
      throw new GatewayError('http_response_incomplete', 'the backend closed inside the body of its answer');
    }
  }

  private headRead(sink: ResponseSink): void {
    const { parser } = this;
    const { status, reason } = parser;
    if (status < 200 && status !== 101) {
      if (++this.interims > MOST_INTERIM) {
        throw new GatewayError('http_protocol_error', 'too many interim answers');
      }
      sink.interim(status, endToEnd(parser));
      return;
    }
    const length = responseBodyLength(status, this.method, parser);
    this.keepAlive = status !== 101 && length !== UNTIL_CLOSE && keepsAlive(parser);
    if (this.keepAlive) this.keepAliveFor = promised(parser);
    let fields = endToEnd(parser);
    // Of an answer without a body it says how long that would have been: an end-to-end field then.
    if ((this.method === 'HEAD' && status !== 204) || status === 304) fields += lengthLine(parser);
    if (status === 101) fields += lineOf(parser, UPGRADE);
    parser.release();
    if (status === 101) this.upgrade(reason, fields, sink);
    else this.final(status, reason, fields, length, sink);
  }

  private final(
    status: number,
    reason: string,
    fields: FieldLines,
    length: number,
    sink: ResponseSink,
  ): void {
    sink.head(status, reason, fields, length < 0 ? undefined : length);
    if (length === CHUNKED) this.beginChunked();
    else if (length === UNTIL_CLOSE) this.state = 'until-close';
    else if (length === 0) this.complete(NO_FIELDS, sink);
    else {
      this.remaining = length;
      this.state = 'counted';
    }
  }

  private upgrade(reason: string, fields: FieldLines, sink: ResponseSink): void {
    if (!this.upgradable) {
      throw new GatewayError('http_protocol_error', 'the backend switched protocols unasked');
    }
    this.upgraded = true;
    this.state = 'upgraded';
    sink.head(101, reason, fields, undefined);
  }

  private bodyRead(chunk: Buffer, at: number, sink: ResponseSink): void {
    switch (this.state) {
      case 'counted':
        this.countedRead(chunk, at, sink);
        break;
      case 'chunked':
        this.chunkedRead(chunk, at, sink);
        break;
      case 'until-close':
      case 'upgraded':
        sink.data(at === 0 ? chunk : chunk.subarray(at));
        break;
      default:
        // Bytes behind a complete answer: whatever they are, they are not the next one (RFC 9112, 6.3).
        this.keepAlive = false;
    }
  }

  private countedRead(chunk: Buffer, at: number, sink: ResponseSink): void {
    const here = Math.min(this.remaining, chunk.length - at);
    this.remaining -= here;
    sink.data(here === chunk.length ? chunk : chunk.subarray(at, at + here));
    if (this.remaining !== 0) return;
    if (at + here < chunk.length) this.keepAlive = false;
    this.complete(NO_FIELDS, sink);
  }

  private chunkedRead(chunk: Buffer, at: number, sink: ResponseSink): void {
    const decoder = this.chunked!;
    const end = decoder.decode(chunk, at, chunk.length, sink);
    if (end === -1) return;
    if (end < chunk.length) this.keepAlive = false;
    this.complete(decoder.trailers, sink);
  }

  private beginChunked(): void {
    if (this.chunked === undefined) this.chunked = new ChunkedDecoder(USUAL_LIMITS, 'http_protocol_error');
    else this.chunked.reset();
    this.state = 'chunked';
  }

  private complete(trailers: Fields, sink: ResponseSink): void {
    this.state = 'complete';
    sink.end(trailers);
  }
}

/** The first field with a code, as a line; empty if there is none. */
function lineOf(head: HeadFields, code: number): FieldLines {
  const at = indexOfCode(head, code);
  return at === -1 ? '' : head.lines(at, at + 1);
}

/** The Content-Length, written anew: a valid one may still be a list of the same number (RFC 9110, 8.6). */
function lengthLine(head: HeadFields): FieldLines {
  const at = indexOfCode(head, CONTENT_LENGTH);
  return at === -1 ? '' : `Content-Length: ${contentLength(head.value(at))}\r\n`;
}

/** `Keep-Alive: timeout=5` in milliseconds. */
function promised(head: HeadFields): number | undefined {
  const at = indexOfCode(head, KEEP_ALIVE);
  if (at === -1) return undefined;
  const match = /(?:^|[,\s])timeout\s*=\s*"?(\d{1,6})/i.exec(head.value(at));
  return match === null ? undefined : Number(match[1]) * 1_000;
}
