import { GatewayError } from '../errors.ts';
import { type FieldLines, NO_FIELDS } from '../fields.ts';
import { indexOfCode } from '../http1/head.ts';
import { refusal } from '../http1/refusal.ts';
import type { ResponseSink } from '../protocol.ts';
import { checkLocalTarget, isLocalTarget } from './local-target.ts';
import { announcedLength, fieldsForClient } from './response-fields.ts';
import { CgiHeadParser, LOCATION } from './response-head.ts';

const LIMITS = { headBytes: 65_536, fieldCount: 256 };

const KIND = 'http_protocol_error';

/** What the next byte of output is: of the head, of a body as long as the output, of a counted one, or of no use. */
type State = 'head' | 'until-end' | 'counted' | 'dropped';

/** Reads what a program of the CGI family prints, head and body, and says what it means (RFC 3875, 6). */
export class CgiResponse {
  private state: State = 'head';
  private remaining = 0;
  private method = '';
  private started = false;
  private parser = new CgiHeadParser(LIMITS);

  /** Expects the answer to a request with that method. */
  begin(method: string): void {
    if (this.parser.started) this.parser = new CgiHeadParser(LIMITS);
    this.method = method;
    this.state = 'head';
    this.started = false;
  }

  /** Whether the head is complete and was understood. */
  get headRead(): boolean {
    return this.state !== 'head';
  }

  /** Whether any byte has come. */
  get begun(): boolean {
    return this.started;
  }

  /** Whether a body came whole whose length the head gave: anything after it is surplus. */
  get counted(): boolean {
    return this.state === 'counted' && this.remaining === 0;
  }

  /** Whether the body is as long as the output, so that nothing but its end tells that it is whole. */
  get openEnded(): boolean {
    return this.state === 'until-end';
  }

  /** Takes chunk[start, end) of the output; throws GatewayError when it cannot be understood. */
  receive(chunk: Buffer, start: number, end: number, sink: ResponseSink): void {
    if (start === end) return;
    this.started = true;
    let at = start;
    if (this.state === 'head') {
      at = this.parser.parse(chunk, start, end);
      if (at === -1) return;
      this.understand(sink);
    }
    if (at < end) this.bodyRead(chunk, at, end, sink);
  }

  /**
   * The output is complete. Throws http_protocol_error if there was no whole head in it, and http_response_incomplete if
   * the body is shorter than it was said to be.
   */
  finish(sink: ResponseSink): void {
    if (!this.started) throw refusal(KIND, 'is empty: the application printed nothing');
    if (this.state === 'head') {
      throw refusal(KIND, 'ends inside its head: an empty line must follow the fields');
    }
    if (this.state === 'counted' && this.remaining !== 0) {
      const missing = `${this.remaining} bytes short of its Content-Length`;
      throw new GatewayError('http_response_incomplete', `the application's answer ends ${missing}`);
    }
    this.state = 'dropped';
    sink.end(NO_FIELDS);
  }

  private understand(sink: ResponseSink): void {
    const { parser } = this;
    const at = parser.status === 0 ? indexOfCode(parser, LOCATION) : -1;
    const location = at === -1 ? '' : parser.value(at);
    if (isLocalTarget(location)) this.redirect(location, sink);
    else if (parser.status !== 0) this.answer(parser.status, parser.reason, sink);
    else if (at !== -1) this.answer(302, 'Found', sink);
    else this.answer(200, 'OK', sink);
  }

  private redirect(target: string, sink: ResponseSink): void {
    checkLocalTarget(target);
    this.parser.release();
    this.state = 'dropped';
    sink.localRedirect(target);
  }

  private answer(status: number, reason: string, sink: ResponseSink): void {
    const { parser, method } = this;
    const length = announcedLength(parser);
    const fields = fieldsForClient(parser);
    parser.release();
    if (method === 'HEAD' || status === 204 || status === 304) {
      this.state = 'dropped';
      sink.head(status, reason, fields + lengthLine(status, length), 0);
      return;
    }
    this.state = length === undefined ? 'until-end' : 'counted';
    this.remaining = length ?? 0;
    sink.head(status, reason, fields, length);
  }

  private bodyRead(chunk: Buffer, at: number, end: number, sink: ResponseSink): void {
    if (this.state === 'dropped') return;
    let stop = end;
    if (this.state === 'counted') {
      stop = Math.min(end, at + this.remaining);
      this.remaining -= stop - at;
      if (stop === at) return;
    }
    sink.data(at === 0 && stop === chunk.length ? chunk : chunk.subarray(at, stop));
  }
}

/** Of an answer without a body it says how long that would have been; a 204 never has one (RFC 9110, 8.6). */
function lengthLine(status: number, length: number | undefined): FieldLines {
  return length === undefined || status === 204 ? '' : `Content-Length: ${length}\r\n`;
}
