import assert from 'node:assert/strict';
import { UPGRADE } from '../../src/fields.ts';
import { ChunkedDecoder } from '../../src/http1/chunked.ts';
import { CHUNKED, keepsAlive, requestBodyLength, responseBodyLength } from '../../src/http1/framing.ts';
import { type HeadLimits, type HeadParser, indexOfCode } from '../../src/http1/head.ts';
import { checkHost } from '../../src/http1/host.ts';
import type { MessageKind } from '../../src/http1/refusal.ts';
import { RequestHeadParser } from '../../src/http1/request-head.ts';
import { ResponseHeadParser } from '../../src/http1/response-head.ts';
import { splitTarget } from '../../src/http1/target.ts';
import { fieldLines } from '../../src/http1/write.ts';
import type { Outcome, Reader, ReadMessage } from './outcome.ts';

/** Limits small enough for mutations to pass them. */
const LIMITS: HeadLimits = { headBytes: 1024, fieldCount: 24, targetBytes: 256 };
const CHUNKED_LIMITS = { extensionBytes: 64, trailerBytes: 256, trailerCount: 8 };

/** Reads whole messages with the parsers of src/http1, as a connection would. */
abstract class MessageReader implements Reader {
  readonly outcome: Outcome = { messages: [], unfinished: undefined, accepted: 0, error: '' };
  /** Bytes of body to come, or one of the codes of framing.ts; undefined: a head is to come. */
  protected length: number | undefined = undefined;
  protected readonly chunked: ChunkedDecoder;
  private taken = 0;
  private over = false;

  constructor(kind: MessageKind) {
    this.chunked = new ChunkedDecoder(CHUNKED_LIMITS, kind);
  }

  read(piece: Buffer): boolean {
    let at = 0;
    while (at < piece.length && !this.over) {
      const next = this.length === undefined ? this.readHead(piece, at) : this.readBody(piece, at);
      this.taken += (next < 0 ? piece.length : next) - at;
      at = next < 0 ? piece.length : next;
      if (this.length === 0) this.complete();
    }
    return !this.over;
  }

  end(): void {
    if (this.length !== undefined && this.length < CHUNKED) this.complete();
  }

  data(chunk: Buffer): void {
    this.outcome.unfinished!.body += chunk.toString('latin1');
  }

  /** Reads on in a head; once it is complete, sets `length` and `unfinished`. */
  protected abstract readHead(piece: Buffer, at: number): number;

  /** Whether another message may follow the one that is complete. */
  protected abstract goesOn(message: ReadMessage): boolean;

  private readBody(piece: Buffer, at: number): number {
    if (this.length === CHUNKED) {
      const next = this.chunked.decode(piece, at, piece.length, this);
      if (next < 0) return next;
      this.outcome.unfinished!.trailers = this.chunked.trailers;
      this.chunked.reset();
      this.length = 0;
      return next;
    }
    const stop = this.length! < 0 ? piece.length : Math.min(piece.length, at + this.length!);
    this.data(piece.subarray(at, stop));
    if (this.length! > 0) this.length! -= stop - at;
    return stop;
  }

  private complete(): void {
    const message = this.outcome.unfinished!;
    this.outcome.messages.push(message);
    this.outcome.unfinished = undefined;
    this.outcome.accepted = this.taken;
    this.length = undefined;
    this.over = !this.goesOn(message);
  }
}

/** Whether what follows a request may be of another protocol. */
function mayEndHttp(head: RequestHeadParser): boolean {
  return head.method === 'CONNECT' || indexOfCode(head, UPGRADE) >= 0;
}

/** The fields of a head, which must be what its lines say. */
function checkedFields(head: HeadParser): string[] {
  const { fields } = head;
  assert.equal(head.lines(0, head.count), fieldLines(fields));
  return fields;
}

/** Reads requests until one closes the connection. */
export class RequestReader extends MessageReader {
  private readonly parser = new RequestHeadParser(LIMITS);
  private persists = true;

  constructor() {
    super('http_request_error');
  }

  protected override readHead(piece: Buffer, at: number): number {
    const parser = this.parser;
    const next = parser.parse(piece, at, piece.length);
    if (next < 0) return next;
    const { method, target, minor } = parser;
    checkHost(parser, splitTarget(target, method).authority);
    this.length = requestBodyLength(parser);
    this.persists = keepsAlive(parser) && !mayEndHttp(parser);
    const fields = checkedFields(parser);
    this.outcome.unfinished = { start: [method, target, minor], fields, body: '', trailers: [] };
    return next;
  }

  protected override goesOn(): boolean {
    return this.persists;
  }
}

/** Reads the answers to one request, up to the final one. */
export class ResponseReader extends MessageReader {
  private readonly parser = new ResponseHeadParser(LIMITS);
  private readonly method: string;

  constructor(method: string) {
    super('http_protocol_error');
    this.method = method;
  }

  protected override readHead(piece: Buffer, at: number): number {
    const parser = this.parser;
    const next = parser.parse(piece, at, piece.length);
    if (next < 0) return next;
    const { status, reason, minor } = parser;
    this.length = responseBodyLength(status, this.method, parser);
    const fields = checkedFields(parser);
    this.outcome.unfinished = { start: [status, reason, minor], fields, body: '', trailers: [] };
    return next;
  }

  protected override goesOn(message: ReadMessage): boolean {
    const status = message.start[0] as number;
    return status < 200 && status !== 101;
  }
}
