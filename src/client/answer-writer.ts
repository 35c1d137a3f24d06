import type { ErrorPages } from '../error-pages.ts';
import type { GatewayError } from '../errors.ts';
import type { Answer, Exchange } from '../exchange.ts';
import { type FieldLines, type Fields, NO_FIELDS } from '../fields.ts';
import { chunkHeader, lastChunk } from '../http1/write.ts';
import { GatheringWriter } from '../transport/gathering-writer.ts';
import { answerHead } from './answer-head.ts';
import type { ClientStream } from './client-stream.ts';
import { ownAnswer } from './own-answer.ts';

/** How the end of a body is told: there is none, by its length, by chunks, by the close of the connection, or never. */
type Framing = 'bodiless' | 'counted' | 'chunked' | 'until-close' | 'tunnel';

/** What the writer tells the connection that it writes to. */
export interface AnswerOwner {
  /** The answer is complete, as far as the gateway is concerned. */
  answered(): void;
  /** What the client sends from now on belongs to the tunnel. */
  tunnelOpened(): void;
  /** The backend will send no more through the tunnel. */
  tunnelHalfClosed(): void;
  /** So much is unsent that the answer waits for the client. */
  blocked(): void;
  /** Whether the request has been read to its end. */
  readonly requestRead: boolean;
}

/** What the listener of a connection knows of answers, at present. */
export interface AnswerPolicy {
  /** `pages`: what stands for failures until an exchange has its route; null: the gateway's own words do. */
  readonly border: { readonly pages: ErrorPages | null };
}

/** Writes the answers on one client connection, one after the other, each framed anew (RFC 9112, 6 and 7). */
export class AnswerWriter implements Answer {
  /** Whether the connection may carry another request after this answer. */
  keepAlive = true;
  private framing: Framing = 'bodiless';
  private exchange: Exchange | null = null;
  private readonly out: GatheringWriter;
  private readonly socket: ClientStream;
  private readonly owner: AnswerOwner;
  private readonly reception: AnswerPolicy;

  constructor(socket: ClientStream, owner: AnswerOwner, reception: AnswerPolicy) {
    this.socket = socket;
    this.out = new GatheringWriter(socket);
    this.owner = owner;
    this.reception = reception;
  }

  /** Turns to the next exchange; `keepAlive`: whether its client wants the connection to persist. */
  begin(exchange: Exchange, keepAlive: boolean): void {
    this.exchange = exchange;
    exchange.pages = this.reception.border.pages;
    this.keepAlive = keepAlive;
    this.framing = 'bodiless';
  }

  interim(status: number, fields: FieldLines): void {
    // A client of HTTP/1.0 does not know 1xx answers (RFC 9110, 15.2).
    if (this.exchange!.minor === 0) return;
    this.out.write(`${answerHead(status, '', fields)}\r\n`);
    this.out.flush();
  }

  head(status: number, reason: string, fields: FieldLines, bodyLength: number | undefined): void {
    const exchange = this.exchange!;
    this.framing = framingOf(status, exchange, bodyLength);
    if (this.framing === 'until-close') this.keepAlive = false;
    // The rest of a request that was answered early would have to be read for nothing: better the client stops.
    if (status >= 400 && !this.owner.requestRead) this.keepAlive = false;
    let head = answerHead(status, reason, fields);
    if (this.framing === 'counted') head += `Content-Length: ${bodyLength}\r\n`;
    else if (this.framing === 'chunked') head += 'Transfer-Encoding: chunked\r\n';
    else if (status === 205) head += 'Content-Length: 0\r\n';
    if (this.framing === 'tunnel') head += 'Connection: Upgrade\r\n';
    else if (!this.keepAlive) head += 'Connection: close\r\n';
    else if (exchange.minor === 0) head += 'Connection: keep-alive\r\n';
    this.out.write(`${head}\r\n`);
    if (this.framing === 'tunnel') this.owner.tunnelOpened();
  }

  data(chunk: Buffer): boolean {
    if (this.framing === 'bodiless') return true;
    this.exchange!.sent(chunk.length);
    if (this.framing === 'chunked') {
      this.out.write(chunkHeader(chunk.length));
      this.out.write(chunk);
      this.out.write('\r\n');
    } else {
      this.out.write(chunk);
    }
    if (!this.out.full) return true;
    this.owner.blocked();
    return false;
  }

  get taken(): boolean {
    return this.out.taken;
  }

  end(trailers: Fields): void {
    if (this.framing === 'chunked')
      this.out.write(lastChunk(this.exchange!.wantsTrailers ? trailers : NO_FIELDS));
    this.out.flush();
    // Between requests a connection should hold as little as it can.
    this.exchange = null;
    this.owner.answered();
  }

  halfClose(): void {
    this.out.flush();
    this.owner.tunnelHalfClosed();
  }

  flush(): void {
    this.out.flush();
  }

  refuse(error: GatewayError): void {
    const exchange = this.exchange!;
    this.out.discard();
    if (error.kind === 'client_gone') {
      this.socket.destroy();
      return;
    }
    // Who was merely denied something has broken no rule.
    const { source, proxyStatus } = error.row;
    if (source === 'client' && proxyStatus !== 'http_request_denied') this.keepAlive = false;
    const { fields, body } = ownAnswer(error, exchange);
    const length = body.reduce((sum, part) => sum + part.length, 0);
    const line = exchange.method === 'HEAD' ? `Content-Length: ${length}\r\n` : '';
    const { editor } = exchange;
    const edited = editor === null ? fields : editor.edit(exchange, error.row.status, fields);
    this.head(error.row.status, '', edited + exchange.ownFields + line, length);
    for (const part of body) this.data(part);
    this.end(NO_FIELDS);
  }

  cut(): void {
    this.out.discard();
    // Only a reset tells the reader of a close-delimited body that it is not whole.
    if (this.framing === 'until-close') this.socket.reset();
    else this.socket.destroy();
  }
}

function framingOf(status: number, exchange: Exchange, bodyLength: number | undefined): Framing {
  if (status === 101) return 'tunnel';
  if (exchange.method === 'HEAD' || status === 204 || status === 205 || status === 304) return 'bodiless';
  if (bodyLength !== undefined) return 'counted';
  return exchange.minor === 1 ? 'chunked' : 'until-close';
}
