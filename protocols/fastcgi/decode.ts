import { CgiResponse } from '../../src/cgi/response.ts';
import { GatewayError } from '../../src/errors.ts';
import type { ResponseSink } from '../../src/protocol.ts';
import { ErrorText } from './error-text.ts';
import {
  CANT_MPX_CONN,
  END_REQUEST,
  HEADER,
  OVERLOADED,
  REQUEST_COMPLETE,
  STDERR,
  STDOUT,
  UNKNOWN_ROLE,
} from './record.ts';

/** Bytes of records without use that one request may bring: a stream of them is no answer. */
const MOST_IGNORED = 65_536;

/** Content bytes of an END_REQUEST record that say something. */
const END_BYTES = 5;

/** Reads what an application sends for one request at a time: output, errors, and how it ended. */
export class RequestDecoder {
  /** Whether END_REQUEST has been read whole. */
  ended = false;
  /** Whether a byte has come since the request was sent; set by the reader's owner. */
  started = false;
  private ignored = 0;
  private endBytes = 0;
  private appStatus = 0;
  private protocolStatus = 0;
  private readonly response = new CgiResponse();
  private readonly errors = new ErrorText();

  /** After the end: whether the application said that it does not take several requests on a connection. */
  get refusedToShare(): boolean {
    return this.protocolStatus === CANT_MPX_CONN;
  }

  /** Expects the answer to a request. */
  begin(method: string): void {
    this.ended = false;
    this.started = false;
    this.ignored = 0;
    this.endBytes = 0;
    this.appStatus = 0;
    this.protocolStatus = 0;
    this.response.begin(method);
    this.errors.begin();
  }

  /** A part of the content of a record for this request. */
  content(type: number, chunk: Buffer, start: number, end: number, sink: ResponseSink): void {
    if (type === STDOUT) this.response.receive(chunk, start, end, sink);
    else if (type === END_REQUEST) this.readEnd(chunk, start, end);
    else if (type === STDERR) this.errors.receive(chunk, start, end, sink);
    else this.ignore(end - start);
  }

  /** A record for this request is complete; may end the answer, or throw GatewayError. */
  recordEnded(type: number, length: number, sink: ResponseSink): void {
    if (type === END_REQUEST) this.end(sink);
    // An empty record is the end of a stream; END_REQUEST says all that has to be known of that.
    else if (length === 0 || (type !== STDOUT && type !== STDERR)) this.ignore(HEADER);
  }

  /** Bytes that mean nothing to this request, such as those for a foreign one; throws GatewayError if they are too many. */
  ignore(bytes: number): void {
    this.ignored += bytes;
    if (this.ignored > MOST_IGNORED) {
      throw new GatewayError('http_protocol_error', 'too many FastCGI records that belong to no answer');
    }
  }

  /** The application closed. What lacks no more than its padding is whole; else it throws GatewayError. */
  eof(sink: ResponseSink): void {
    this.errors.flush(sink);
    if (this.ended) return;
    if (this.endBytes >= END_BYTES) this.end(sink);
    else throw this.cutShort();
  }

  private readEnd(chunk: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      if (this.endBytes < 4) this.appStatus = ((this.appStatus << 8) | chunk[at]!) >>> 0;
      else if (this.endBytes === 4) this.protocolStatus = chunk[at]!;
      this.endBytes++;
    }
  }

  private end(sink: ResponseSink): void {
    if (this.endBytes < END_BYTES) {
      throw new GatewayError('http_protocol_error', `an END_REQUEST record of ${this.endBytes} bytes`);
    }
    this.ended = true;
    this.errors.flush(sink);
    if (this.protocolStatus !== REQUEST_COMPLETE) throw this.refusal();
    if (this.appStatus !== 0) sink.diagnostic(`the application ended with status ${this.appStatus | 0}`);
    this.response.finish(sink);
  }

  private refusal(): GatewayError {
    const words = wordsFor(this.protocolStatus);
    return this.response.headRead
      ? new GatewayError('http_response_incomplete', `the application gave up inside its answer: ${words}`)
      : new GatewayError('not_processed', `the application did not take the request: ${words}`);
  }

  private cutShort(): GatewayError {
    if (!this.started) {
      return new GatewayError('connection_terminated', 'the application closed without an answer');
    }
    return this.response.headRead
      ? new GatewayError('http_response_incomplete', 'the application closed inside its answer')
      : new GatewayError('http_protocol_error', 'the application closed before the head of its answer');
  }
}

function wordsFor(protocolStatus: number): string {
  if (protocolStatus === OVERLOADED) return 'it is overloaded (FCGI_OVERLOADED)';
  if (protocolStatus === CANT_MPX_CONN) {
    return 'it takes one request at a time on a connection (FCGI_CANT_MPX_CONN)';
  }
  if (protocolStatus === UNKNOWN_ROLE) return 'it is no responder (FCGI_UNKNOWN_ROLE)';
  return `protocol status ${protocolStatus}`;
}
