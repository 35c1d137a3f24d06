import { recent } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { type Answer, Exchange } from '../exchange.ts';
import { NO_FIELDS } from '../fields.ts';
import type { Copies } from '../pool/copies.ts';
import { type BodySource, type BodyTap, REPLAY_LIMIT, RequestBody } from '../replay.ts';

/** So much of an answer that nobody is to see is read. */
const MOST_OF_ANSWER = 1_048_576;

/** The name of the field that tells a copy from the request that it was made of, and what a client sent by that name. */
const MARK = 'X-Mirrored';
const FORGED = /^x[-_]mirrored: [^\r]*\r\n/gim;

/** The copy of a request: it has no client, nobody waits for it, and what is answered to it is dropped. */
export class Copy implements Answer, BodySource, BodyTap {
  readonly taken = true;
  private readonly exchange: Exchange;
  private readonly copies: Copies;
  /** Carries it to its answer; does not throw. */
  private readonly send: (exchange: Exchange) => void;
  private collected: Buffer[] = [];
  private bytes = 0;
  private answerBytes = 0;
  private sent = false;
  private done = false;

  constructor(original: Exchange, copies: Copies, send: (exchange: Exchange) => void) {
    this.copies = copies;
    this.send = send;
    this.exchange = copyOf(original, this);
    copies.begun(this);
  }

  /** Sends it once the body has come whole, which passes here on its way elsewhere; at once if there is none. */
  begin({ body, hasBody }: Exchange): void {
    if (!hasBody) this.depart();
    else if (body?.tapInto(this) !== true) this.giveUp();
  }

  bodyPassed(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > REPLAY_LIMIT) this.giveUp();
    else this.collected.push(Buffer.from(chunk));
  }

  bodyEnded(): void {
    if (this.done) return;
    const { exchange, bytes } = this;
    const body = new RequestBody(this, bytes);
    if (bytes !== 0) body.push(Buffer.concat(this.collected, bytes));
    body.end(NO_FIELDS);
    this.collected = [];
    exchange.body = body;
    exchange.bodyLength = bytes;
    this.depart();
  }

  /** The exchange that it was made of has ended: no more of its body will come. */
  originalEnded(): void {
    if (!this.sent) this.giveUp();
  }

  /** Gives it up, whatever has become of it. */
  abandon(error: GatewayError): void {
    if (!this.sent) this.giveUp();
    else if (this.exchange.carrier === null) this.finish(false);
    else this.exchange.carrier.abandon(error);
  }

  interim(): void {}

  head(): void {}

  data(chunk: Buffer): boolean {
    this.answerBytes += chunk.length;
    if (this.answerBytes > MOST_OF_ANSWER)
      this.abandon(new GatewayError('http_response_incomplete', 'the answer to a copy is too long'));
    return true;
  }

  end(): void {
    this.finish(true);
  }

  halfClose(): void {}

  flush(): void {}

  refuse(): void {
    this.finish(false);
  }

  cut(): void {
    this.finish(false);
  }

  pauseBody(): void {}

  resumeBody(): void {}

  private depart(): void {
    this.sent = true;
    this.copies.sent++;
    this.exchange.startedAt = recent();
    this.send(this.exchange);
  }

  private finish(answered: boolean): void {
    if (this.done) return;
    this.done = true;
    this.exchange.ended = true;
    this.exchange.carrier = null;
    this.exchange.body?.free();
    this.copies.ended(this);
    if (answered) this.copies.answered++;
    else this.copies.failed++;
  }

  private giveUp(): void {
    if (this.done) return;
    this.done = true;
    this.collected = [];
    this.copies.ended(this);
    this.copies.givenUp++;
  }
}

/** What a backend has to know of a request, as its own pool is about to get it, and a mark. */
function copyOf(original: Exchange, copy: Copy): Exchange {
  const exchange = new Exchange(copy, copy);
  exchange.id = original.id;
  exchange.client = original.client;
  exchange.method = original.method;
  exchange.target = original.target;
  exchange.host = original.host;
  exchange.minor = original.minor;
  exchange.fields = `${original.fields.replace(FORGED, '')}${MARK}: 1\r\n`;
  exchange.bodyLength = original.bodyLength;
  exchange.hasBody = original.hasBody;
  exchange.secure = original.secure;
  exchange.publicHost = original.publicHost;
  exchange.publicPort = original.publicPort;
  exchange.scriptNames = original.scriptNames;
  exchange.ends = original.ends;
  exchange.tls = original.tls;
  exchange.routeName = original.routeName;
  exchange.ownCookies = original.ownCookies;
  return exchange;
}
