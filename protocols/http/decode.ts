import { GatewayError } from '../../src/errors.ts';
import { type Fields, KEEP_ALIVE, NO_FIELDS } from '../../src/fields.ts';
import { ChunkedDecoder } from '../../src/http1/chunked.ts';
import { CHUNKED, keepsAlive, responseBodyLength, UNTIL_CLOSE } from '../../src/http1/framing.ts';
import type { HeadLimits } from '../../src/http1/head.ts';
import { endToEnd } from '../../src/http1/hop-by-hop.ts';
import { ResponseHeadParser } from '../../src/http1/response-head.ts';
import type { ResponseSink } from '../../src/protocol.ts';

const LIMITS: HeadLimits = { headBytes: 65_536, fieldCount: 256, targetBytes: 0 };
const CHUNK_LIMITS = { extensionBytes: 4_096, trailerBytes: 16_384, trailerCount: 64 };

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
    const { status, fields, codes, count, minor } = this.parser;
    if (status < 200 && status !== 101) {
      if (++this.interims > MOST_INTERIM) {
        throw new GatewayError('http_protocol_error', 'too many interim answers');
      }
      sink.interim(status, endToEnd(fields, codes, count));
      return;
    }
    const length = responseBodyLength(status, this.method, fields, codes, count, minor);
    this.keepAlive = length !== UNTIL_CLOSE && keepsAlive(fields, codes, count, minor);
    if (this.keepAlive) this.keepAliveFor = promised(fields, codes, count);
    const kept = endToEnd(fields, codes, count);
    if (status === 101) this.upgrade(kept, sink);
    else this.final(length, kept, sink);
  }

  private final(length: number, kept: string[], sink: ResponseSink): void {
    const { status, reason, fields } = this.parser;
    if (this.method === 'HEAD' || status === 304) keepContentLength(fields, kept);
    sink.head(status, reason, kept, length < 0 ? undefined : length);
    if (length === CHUNKED) this.beginChunked();
    else if (length === UNTIL_CLOSE) this.state = 'until-close';
    else if (length === 0) this.complete(NO_FIELDS, sink);
    else {
      this.remaining = length;
      this.state = 'counted';
    }
  }

  private upgrade(kept: string[], sink: ResponseSink): void {
    if (!this.upgradable) {
      throw new GatewayError('http_protocol_error', 'the backend switched protocols unasked');
    }
    const { fields, reason } = this.parser;
    for (let i = 0; i < fields.length; i += 2) {
      if (fields[i]!.toLowerCase() === 'upgrade') kept.push('Upgrade', fields[i + 1]!);
    }
    this.keepAlive = false;
    this.upgraded = true;
    this.state = 'upgraded';
    sink.head(101, reason, kept, undefined);
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
    if (this.chunked === undefined) this.chunked = new ChunkedDecoder(CHUNK_LIMITS, 'http_protocol_error');
    else this.chunked.reset();
    this.state = 'chunked';
  }

  private complete(trailers: Fields, sink: ResponseSink): void {
    this.state = 'complete';
    sink.end(trailers);
  }
}

/** Content-Length of an answer without a body says how long it would have been: an end-to-end field then. */
function keepContentLength(fields: Fields, kept: string[]): void {
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]!.toLowerCase() !== 'content-length') continue;
    kept.push(fields[i]!, fields[i + 1]!);
    return;
  }
}

/** `Keep-Alive: timeout=5` in milliseconds. */
function promised(fields: Fields, codes: Uint8Array, count: number): number | undefined {
  for (let i = 0; i < count; i++) {
    if (codes[i] !== KEEP_ALIVE) continue;
    const match = /(?:^|[,\s])timeout\s*=\s*"?(\d{1,6})/i.exec(fields[2 * i + 1]!);
    if (match !== null) return Number(match[1]) * 1_000;
  }
  return undefined;
}
