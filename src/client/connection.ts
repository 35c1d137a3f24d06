import { now, recent } from '../clock.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import { Exchange } from '../exchange.ts';
import { type Fields, NO_FIELDS } from '../fields.ts';
import { keepsAlive } from '../http1/framing.ts';
import { RequestHeadParser } from '../http1/request-head.ts';
import { type BodySource, RequestBody } from '../replay.ts';
import { type Timed, timeouts } from '../timeouts.ts';
import type { SocketOwner } from '../transport/raw-socket.ts';
import { beginRead, nextBuffer, sharedBuffer } from '../transport/read-buffer.ts';
import { type AnswerOwner, AnswerWriter } from './answer-writer.ts';
import type { Arrival } from './arrival.ts';
import { BodyReader, bodyTooLarge } from './body-reader.ts';
import { admit } from './border.ts';
import type { ClientStream } from './client-stream.ts';
import { LAST_CALL, LINGER, LINGER_BYTES, PIPELINE_BYTES } from './connection-bounds.ts';
import { type Peer, peerOf } from './peer.ts';
import type { Reception } from './reception.ts';
import { requestId } from './request-id.ts';

/** What the bytes that come next belong to; `later`: to a request behind the one that is being answered. */
type Reading = 'head' | 'body' | 'later' | 'tunnel' | 'nothing';

/** One accepted connection: reads requests, makes an exchange of each, one at a time, and knows when to close. */
export class ClientConnection implements SocketOwner, BodySource, AnswerOwner, Timed {
  deadline = Infinity;
  bucket = 0;
  nextBuffer = sharedBuffer();
  private reading: Reading = 'head';
  private exchange: Exchange | null = null;
  private bodies: BodyReader | null = null;
  private later: Buffer | null = null;
  private paused = false;
  /** The socket is handing over what it read: whether it goes on is told by the return value. */
  private inRead = false;
  /** Bytes are being read, from the socket or from those kept for later. */
  private busy = false;
  private halfClosed = false;
  private lingered = 0;
  private peer: Peer | null = null;
  private readonly parser: RequestHeadParser;
  private readonly socket: ClientStream;
  private readonly arrival: Arrival;
  private readonly answer: AnswerWriter;
  private readonly reception: Reception;

  constructor(arrival: Arrival, reception: Reception) {
    this.reception = reception;
    this.parser = new RequestHeadParser(reception.limits);
    this.arrival = arrival;
    this.socket = arrival.open(this);
    this.answer = new AnswerWriter(this.socket, this, reception);
    this.arm(reception.client.headerTimeout);
  }

  /** Whether no request is being read or answered. */
  get idle(): boolean {
    return this.exchange === null && this.reading === 'head' && !this.parser.started;
  }

  get requestRead(): boolean {
    return this.reading === 'later' || this.reading === 'tunnel';
  }

  private get awaitsBulk(): boolean {
    return this.reading === 'body' || this.reading === 'tunnel';
  }

  received(bytes: number, buffer: Buffer): boolean {
    beginRead(buffer);
    this.inRead = true;
    this.read(buffer, bytes);
    this.inRead = false;
    // Node holds on to it until the next read: a buffer for bulk is not for a connection that waits.
    this.nextBuffer = this.awaitsBulk ? nextBuffer(buffer, bytes) : sharedBuffer();
    return !this.paused;
  }

  ended(): void {
    this.halfClosed = true;
    const { exchange } = this;
    if (this.reading === 'tunnel') {
      exchange!.body!.end(NO_FIELDS);
    } else if (this.reading === 'body' || exchange === null) {
      this.socket.destroy();
    } else if (exchange.carrier !== null) {
      const { abort } = this.reception.client;
      if (abort === 'always' || (abort === 'queued' && exchange.carrier.waiting)) this.socket.destroy();
    }
  }

  writeFailed(): boolean {
    return false;
  }

  pauseBody(): void {
    if (this.paused || !this.awaitsBulk) return;
    this.paused = true;
    timeouts.disarm(this);
    if (!this.inRead) this.socket.pause();
  }

  resumeBody(): void {
    if (this.reading === 'body') this.arm(this.reception.client.ioTimeout);
    this.resume();
  }

  answered(): void {
    if (this.socket.writableLength === 0 || this.socket.destroyed) {
      this.settle();
      return;
    }
    // What the client has not taken yet still counts as the exchange: it may leave, or stop reading.
    this.exchange!.carrier = null;
    this.blocked();
    const taken = (error?: Error | null) => this.taken(error);
    // The sending side of a tunnel may have been closed already: nothing can be written behind that.
    if (this.reading === 'tunnel') this.socket.end(taken);
    else this.socket.write('', 'latin1', taken);
  }

  tunnelOpened(): void {
    this.reading = 'tunnel';
    const { later } = this;
    this.later = null;
    if (later !== null) this.tunnelled(later);
    if (this.halfClosed) this.exchange!.body!.end(NO_FIELDS);
    else if (this.exchange!.body!.flowing) this.resume();
  }

  tunnelHalfClosed(): void {
    this.socket.end();
  }

  blocked(): void {
    // The socket's own time-out knows of bytes that left while a write was pending; a deadline would not.
    this.socket.setTimeout(this.reception.client.ioTimeout);
  }

  expire(): void {
    if (this.reading === 'body') {
      this.reject(new GatewayError('request_timeout', 'the request body stopped coming'));
    } else if (this.reading === 'head' && this.parser.started) {
      this.reject(new GatewayError('request_timeout', 'the request head took too long'));
    } else if (this.exchange === null) {
      this.socket.destroy();
    }
  }

  /** Takes one more request at most: an idle connection closes soon, a busy one after its answer. */
  drain(): void {
    if (this.idle) this.arm(Math.min(LAST_CALL, this.deadline - recent()));
    else this.answer.keepAlive = false;
  }

  /** Ends the connection and whatever is under way on it: the gateway stops. */
  destroy(): void {
    this.exchange?.carrier?.abandon(new GatewayError('shutting_down', 'the gateway stopped'));
    this.socket.destroy();
  }

  private read(buffer: Buffer, end: number): void {
    this.busy = true;
    try {
      let at = 0;
      while (at < end) at = this.readNext(buffer, at, end);
    } catch (thrown) {
      this.reject(toGatewayError(thrown));
    }
    this.busy = false;
  }

  private readNext(buffer: Buffer, at: number, end: number): number {
    switch (this.reading) {
      case 'head':
        return this.readHead(buffer, at, end);
      case 'body':
        return this.readBody(buffer, at, end);
      case 'later':
        return this.keepForLater(buffer, at, end);
      case 'tunnel':
        this.tunnelled(at === 0 && end === buffer.length ? buffer : buffer.subarray(at, end));
        return end;
      default:
        this.lingered += end - at;
        if (this.lingered > LINGER_BYTES) this.socket.destroy();
        return end;
    }
  }

  private readHead(buffer: Buffer, from: number, end: number): number {
    const begun = this.parser.started;
    const at = this.parser.parse(buffer, from, end);
    if (at === -1) {
      // From its first byte on a head has its own time-out, which no further byte prolongs.
      if (!begun && this.parser.started) this.arm(this.reception.client.headerTimeout);
      return end;
    }
    timeouts.disarm(this);
    return this.beginExchange(buffer, at, end);
  }

  private beginExchange(buffer: Buffer, at: number, end: number): number {
    const { parser, answer } = this;
    const exchange = new Exchange(answer, this);
    exchange.startedAt = recent();
    this.exchange = exchange;
    this.reading = 'later';
    answer.begin(exchange, keepsAlive(parser) && !this.reception.draining);
    admit(parser, exchange, this.knownPeer(), this.reception.border);
    parser.release();
    const next = exchange.hasBody ? this.beginBody(exchange, buffer, at, end) : at;
    if (this.exchange === exchange && !exchange.ended) this.reception.handle(exchange);
    return next;
  }

  /** Makes ready for a body, and takes what has come of it, so that a small one is sent together with its head. */
  private beginBody(exchange: Exchange, buffer: Buffer, at: number, end: number): number {
    const length = exchange.bodyLength;
    exchange.body = new RequestBody(this, length);
    if (length === 0) {
      exchange.body.end(NO_FIELDS);
      return at;
    }
    this.reading = 'body';
    if (length !== undefined && length > this.reception.limits.bodyBytes)
      throw bodyTooLarge(this.reception.limits);
    this.bodies ??= new BodyReader();
    this.bodies.begin(length);
    // Who waits for a 100 may not send yet: its time begins with that (RFC 9110, 10.1.1).
    if (!exchange.expectsContinue) this.awaitBody();
    return at < end ? this.readBody(buffer, at, end) : at;
  }

  private readBody(buffer: Buffer, at: number, end: number): number {
    this.awaitBody();
    const next = this.bodies!.read(buffer, at, end, this);
    if (next === -1) return end;
    this.bodyRead(this.bodies!.trailers);
    return next;
  }

  /** A part of the request body. */
  data(chunk: Buffer): void {
    const exchange = this.exchange!;
    exchange.received(chunk.length);
    if (exchange.bytesIn > this.reception.limits.bodyBytes) throw bodyTooLarge(this.reception.limits);
    exchange.body!.push(chunk);
  }

  /** What goes through a tunnel is a body without an end of its own. */
  private tunnelled(chunk: Buffer): void {
    this.exchange!.received(chunk.length);
    this.exchange!.body!.push(chunk);
  }

  private bodyRead(trailers: Fields): void {
    if (this.reading !== 'body') return;
    this.reading = 'later';
    timeouts.disarm(this);
    this.exchange!.body!.end(trailers);
  }

  private keepForLater(buffer: Buffer, at: number, end: number): number {
    const bytes = buffer.subarray(at, end);
    this.later = this.later === null ? Buffer.from(bytes) : Buffer.concat([this.later, bytes]);
    if (this.later.length >= PIPELINE_BYTES) this.paused = true;
    return end;
  }

  /** The rest of an answer has left, or never will: then `closed` follows and knows what to do. */
  private taken(error: Error | null | undefined): void {
    now();
    if (!error) this.settle();
  }

  /** Ends the exchange and goes on to the next, or closes. */
  private settle(): void {
    const exchange = this.exchange;
    if (exchange === null) return;
    const whole = this.requestRead;
    const tunnel = this.reading === 'tunnel';
    this.socket.setTimeout(0);
    this.endExchange(exchange);
    if (!tunnel && whole && this.answer.keepAlive) this.next();
    // Nothing of the client is on its way as far as can be known, so that no reset can overtake the answer.
    else if (tunnel || (whole && this.later === null)) this.leave();
    else this.linger();
  }

  private next(): void {
    this.reading = 'head';
    this.arm(this.reception.client.idleTimeout);
    if (this.busy) return;
    const { later } = this;
    this.later = null;
    if (later !== null) this.read(later, later.length);
    if (this.halfClosed) this.endInput();
    else if (this.reading === 'head') this.resume();
  }

  /** The client has closed its side: a request of which a part is missing will never be whole. */
  private endInput(): void {
    if (this.idle) this.linger();
    else if (this.reading === 'head' || this.reading === 'body') this.socket.destroy();
  }

  /** Closes without a reset: the client may still be sending, and has not read the answer yet (RFC 9112, 9.6). */
  private linger(): void {
    if (this.halfClosed) {
      this.leave();
      return;
    }
    this.reading = 'nothing';
    this.later = null;
    this.socket.end();
    this.arm(LINGER);
    this.resume();
  }

  /** Closes as soon as the answer has left. */
  private leave(): void {
    this.reading = 'nothing';
    this.socket.destroySoon();
  }

  private resume(): void {
    if (this.paused && !this.inRead) this.socket.resume();
    this.paused = false;
  }

  /** Refuses what the client sent, whether an exchange has come of it yet or not. */
  private reject(error: GatewayError): void {
    let { exchange } = this;
    if (exchange === null) {
      if (this.reading !== 'head') return;
      exchange = new Exchange(this.answer, this);
      exchange.startedAt = recent();
      exchange.id = requestId();
      exchange.client = this.knownPeer().address;
      this.exchange = exchange;
      this.answer.begin(exchange, false);
    }
    // Whatever belongs to the request will not be read as such any more.
    this.reading = 'nothing';
    timeouts.disarm(this);
    if (exchange.carrier !== null) exchange.carrier.abandon(error);
    else exchange.fail(error);
  }

  private endExchange(exchange: Exchange): void {
    exchange.ended = true;
    exchange.endedAt = recent();
    this.exchange = null;
    this.reception.ended(exchange);
  }

  broken(): void {
    // `closed` follows, and says all there is to say.
  }

  closed(): void {
    timeouts.forget(this);
    this.reading = 'nothing';
    const { exchange } = this;
    if (exchange !== null) {
      const error = new GatewayError('client_gone', 'the client left');
      if (exchange.carrier !== null) exchange.carrier.abandon(error);
      else if (exchange.reason === '') exchange.reason = error.kind;
      if (this.exchange !== null) this.endExchange(exchange);
    }
    this.reception.closed(this);
  }

  drained(): void {
    if (this.exchange === null) return;
    this.socket.setTimeout(0);
    this.exchange.carrier?.clientWritable();
  }

  stalled(): void {
    this.socket.destroy();
  }

  private knownPeer(): Peer {
    const { reception, arrival } = this;
    this.peer ??= peerOf(this.socket, reception.kind, reception.border.trusted, arrival.header, arrival.tls);
    return this.peer;
  }

  /** While the gateway itself does not read, the client is not to blame for silence. */
  private awaitBody(): void {
    if (!this.paused) this.arm(this.reception.client.ioTimeout);
  }

  private arm(duration: number): void {
    timeouts.arm(this, recent() + duration);
  }
}
