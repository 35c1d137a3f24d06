import { recent } from './clock.ts';
import { GatewayError, type RetryClass, toGatewayError } from './errors.ts';
import type { Carrier, Exchange } from './exchange.ts';
import { type FieldLines, type Fields, NO_FIELDS } from './fields.ts';
import { hashKeyOf } from './hash-key.ts';
import { insteadOf, undirected } from './instead.ts';
import { measure, takeIn, welcome } from './intake.ts';
import type { Onward } from './onward.ts';
import { BYPASS, type Claim, type Place } from './pool/claim.ts';
import type { Endpoint } from './pool/endpoint.ts';
import type { Lease } from './pool/lease.ts';
import type { Pool } from './pool/pool.ts';
import { outcomeOfError, RETRIES } from './pool/traffic-cells.ts';
import type { Connection, Receiver } from './protocol.ts';
import { type AheadOwner, type ReadAhead, type Readable, readAhead } from './read-ahead.ts';
import { LOCAL_REDIRECT, MOST_AFTERWARDS, MOST_SURPLUS, MOST_UNSEEN, UNSEEN_TIME } from './relay-bounds.ts';
import { type BodySink, type BodyTaker, RequestBody } from './replay.ts';
import { type FailedAttempt, isRepeatable, isStale } from './retry.ts';
import { refusalToRetry } from './retry-limits.ts';
import type { Route } from './router/route.ts';
import { type Timed, timeouts } from './timeouts.ts';
import { totalEnd } from './total-end.ts';

const NONE_TRIED: readonly Endpoint[] = [];

/** Carries an exchange that has passed the gates through its pool: acquire, send, relay or retry; the rest as for Passage. */
export function proxy(
  exchange: Exchange,
  route: Route,
  onward: Onward,
  bypass = false,
  patience = Infinity,
): void {
  const relay = new Relay(exchange, route, onward, bypass, patience);
  exchange.carrier = relay;
  relay.start();
}

/** The attempt loop. Its steps are methods: start, granted, connected, head, data, end, failed. */
class Relay implements Claim, Receiver, Carrier, BodyTaker, BodySink, AheadOwner, Timed {
  readonly priority: number;
  readonly home: string;
  tried: readonly Endpoint[] = NONE_TRIED;
  place: Place | null = null;
  deadline = Infinity;
  bucket = 0;
  private lease: Lease | null = null;
  private connection: Connection | null = null;
  private fresh = false;
  private retries = 0;
  private sentAt = 0;
  private askedAt = 0;
  private begunAt = 0;
  /** What is done in place of relaying an answer: the application named another path of this gateway, or a file. */
  private instead: (() => void) | null = null;
  /** Whether its route counts it. */
  private inside = true;
  /** Reads since then, or since the answer was whole, and bytes that may yet be read to no purpose. */
  private surplus = 0;
  private unseen = 0;
  /** Bytes that the answer still lacks; Infinity: it is not known. */
  private lacking = Infinity;
  /** An answer that may be read ahead; null: it may not. */
  private answer: Readable | null = null;
  private ahead: ReadAhead | null = null;
  /** How long it may wait for a slot, if it has waited at a gate before; else that is the pool's to know. */
  private patience: number;
  private readonly exchange: Exchange;
  private readonly route: Route;
  private readonly pool: Pool;
  private readonly onward: Onward;

  constructor(exchange: Exchange, route: Route, onward: Onward, bypass: boolean, patience: number) {
    this.exchange = exchange;
    this.route = route;
    this.pool = route.pool;
    this.onward = onward;
    this.priority = bypass ? BYPASS : 0;
    this.home = this.pool.sticky === null ? '' : this.pool.sticky.aliasOf(exchange);
    this.patience = patience;
  }

  start(): void {
    if (this.pool.config.timeouts.total !== 0) timeouts.arm(this, totalEnd(this.exchange, this.pool));
    this.route.enter(this.priority === BYPASS);
    this.pool.budget.request();
    if (this.patience !== Infinity) this.pool.comingIn++;
    if (!this.exchange.hasBody || !takeIn(this.exchange, this.pool, this.onward.space, this)) this.begin();
  }

  bodyTaken(): void {
    try {
      measure(this.exchange, this.pool);
      this.begin();
    } catch (thrown) {
      this.abandon(toGatewayError(thrown));
    }
  }

  bodyLost(error: GatewayError): void {
    this.abandon(error);
  }

  hashKey(): string {
    return hashKeyOf(this.pool.config.balance, this.exchange);
  }

  granted(lease: Lease): void {
    this.lease = lease;
    this.waited();
    // What is tried again waits anew.
    if (this.patience !== Infinity) timeouts.arm(this, totalEnd(this.exchange, this.pool));
    this.patience = Infinity;
    this.sentAt = this.exchange.grantedAt = recent();
    this.exchange.connectedAt = 0;
    this.exchange.authority = lease.endpoint.authority;
    this.connection = lease.endpoint.checkout(this.fresh, isRepeatable(this.exchange.method));
    this.connection.send(this.exchange, this);
  }

  refused(error: GatewayError): void {
    this.waited();
    // After a defect in `granted` the pool has taken the lease back by itself.
    this.lease = null;
    this.connection?.close(error.kind);
    this.giveUp(error);
  }

  connected(): void {
    const { exchange } = this;
    exchange.connectedAt = recent();
    if (exchange.body === null) return;
    welcome(exchange, exchange.body);
    exchange.body.attach(this);
  }

  write(chunk: Buffer): boolean {
    this.lease!.endpoint.traffic.received(chunk.length);
    return this.connection!.write(chunk);
  }

  finish(trailers: Fields): void {
    this.connection!.finish(trailers);
  }

  interim(status: number, fields: FieldLines): void {
    // A 100 answers our own request head, not the client's: that one had its 100 from us (RFC 9110, 10.1.1).
    if (status !== 100) this.exchange.answer.interim(status, this.pool.directs ? undirected(fields) : fields);
  }

  head(status: number, reason: string, fields: FieldLines, bodyLength: number | undefined): void {
    const { exchange } = this;
    exchange.firstByteAt = recent();
    this.lease!.answered(status, exchange.firstByteAt - this.sentAt);
    if (status >= 502 && status <= 504 && this.retriedStatus(status)) return;
    this.succeeded(status);
    if (this.turnsDown(status, fields, bodyLength)) return;
    if (status === 101) this.beginTunnel();
    else exchange.body?.settle();
    if (status !== 101 && bodyLength !== undefined) this.lacking = bodyLength;
    if (status !== 101 && this.pool.buffering.readAhead !== 0) this.answer = { fields, length: bodyLength };
    exchange.commit(status, reason, this.pool.directs ? undirected(fields) : fields, bodyLength);
  }

  localRedirect(target: string): void {
    this.exchange.firstByteAt = recent();
    this.lease!.answered(LOCAL_REDIRECT, this.exchange.firstByteAt - this.sentAt);
    this.succeeded(LOCAL_REDIRECT);
    this.instead = () => this.onward.redirect(this.exchange, this.route, target);
  }

  data(chunk: Buffer): void {
    this.lacking -= chunk.length;
    this.lease!.endpoint.traffic.sent(chunk.length);
    if (this.instead !== null) {
      this.unseen -= chunk.length;
      if (this.unseen < 0) this.leave('output that nobody is to see');
    } else if (this.ahead !== null) {
      if (!this.ahead.data(chunk)) this.connection?.pause();
    } else if (!this.exchange.answer.data(chunk)) this.fallBehind();
  }

  flush(): void {
    if (this.instead !== null && ++this.surplus > MOST_SURPLUS)
      this.leave('output without an end that nobody is to see');
    else if (this.lacking === 0 && ++this.surplus > MOST_AFTERWARDS) this.hearNoMore();
    else this.exchange.answer.flush();
  }

  halfClosed(): void {
    this.exchange.answer.halfClose();
  }

  end(trailers: Fields): void {
    if (this.instead !== null) {
      this.leave('');
      return;
    }
    const { exchange, ahead, deadline } = this;
    exchange.carrier = null;
    // The rest of a request that was answered early is of no use to anyone.
    exchange.body?.drop();
    this.release();
    if (ahead === null) exchange.answer.end(trailers);
    else ahead.end(trailers, deadline);
  }

  diagnostic(text: string): void {
    this.pool.diagnostics.report(text, this.exchange.id, this.lease?.endpoint.name);
  }

  writable(): void {
    this.exchange.body?.writable();
  }

  failed(error: GatewayError): void {
    const attempt = this.attempt(error.row.retry);
    this.lease!.failed(error, attempt.reused, this.exchange.committed || this.instead !== null);
    if (this.instead !== null) {
      this.leave('');
      return;
    }
    this.lease!.outcome = outcomeOfError(error.kind);
    if (this.exchange.committed) {
      this.abandon(error);
      return;
    }
    this.lost(error.kind);
    const refusal = refusalToRetry(attempt, this.fresh, this.retries, this.begunAt, this.pool);
    if (refusal === '') {
      this.again(attempt);
      return;
    }
    this.giveUp(new GatewayError(error.kind, `${error.message}; not tried again: ${refusal}`, error));
  }

  abandon(error: GatewayError): void {
    this.ahead?.close();
    if (this.lease === null) {
      if (this.pool.withdraw(this)) this.waited();
    } else {
      if (!this.exchange.committed && this.instead === null) this.lost(error.kind);
      this.lease.outcome = outcomeOfError(error.kind);
      this.connection?.close(error.kind);
    }
    this.release();
    this.exchange.fail(error);
  }

  get waiting(): boolean {
    return this.lease === null;
  }

  clientWritable(): void {
    if (this.ahead === null) this.connection?.resume();
    else this.ahead.clientWritable();
  }

  aheadReady(): void {
    this.connection?.resume();
  }

  aheadFailed(error: GatewayError): void {
    this.abandon(error);
  }

  expire(): void {
    if (this.instead !== null) this.leave('output that nobody is to see');
    else if (this.place !== null && recent() >= this.askedAt + this.patience) this.abandon(this.pool.overdue);
    else this.abandon(new GatewayError('total_timeout', 'the exchange took longer than its total time-out'));
  }

  /** The client does not keep up: from now on the answer is read ahead of it, or the backend has to wait. */
  private fallBehind(): void {
    const { exchange, pool, answer, onward } = this;
    if (answer !== null)
      this.ahead = readAhead(exchange, answer, pool.buffering.readAhead, onward.space, this);
    if (this.ahead === null) this.connection?.pause();
  }

  private succeeded(status: number): void {
    const { exchange } = this;
    const { endpoint } = this.lease!;
    endpoint.succeeded(exchange.firstByteAt - this.sentAt, exchange.firstByteAt, this.connection!.reused);
    exchange.recordAttempt(endpoint.name, '');
    if (this.pool.fallback.active) this.pool.served();
    this.route.answered(exchange, status, this, endpoint);
  }

  /** The attempt failed, be it that the backend has done what was asked. */
  private lost(reason: string): void {
    this.exchange.recordAttempt(this.lease!.endpoint.name, reason);
    if (this.connection?.sent === true) this.route.unanswered(this.exchange);
  }

  /** Whether something takes the place of an answer. A short body is read all the same: so the connection can prove clean. */
  private turnsDown(status: number, fields: FieldLines, bodyLength: number | undefined): boolean {
    this.instead = insteadOf(this.exchange, this.route, this.onward, status, fields, bodyLength);
    if (this.instead === null) return false;
    this.unseen = (bodyLength ?? 0) <= MOST_UNSEEN ? MOST_UNSEEN : 0;
    timeouts.arm(this, Math.min(totalEnd(this.exchange, this.pool), recent() + UNSEEN_TIME));
    return true;
  }

  /** Nothing more is tried at this pool. */
  private giveUp(error: GatewayError): void {
    const { exchange, route, onward } = this;
    this.release();
    if (!route.hasFallback || !onward.fallsBack(exchange, route, error)) exchange.fail(error);
  }

  /** The answer is whole, and the backend does not come to an end. */
  private hearNoMore(): void {
    this.connection!.close('output without an end behind a whole answer');
    this.end(NO_FIELDS);
  }

  /** The attempt is over, and what the application named takes its place. */
  private leave(reason: string): void {
    const { exchange } = this;
    exchange.carrier = null;
    if (reason !== '') this.connection?.close(reason);
    this.release();
    this.instead!();
  }

  /** A connection for the tunnel's other direction: what the client sends is a body without an end of its own. */
  private beginTunnel(): void {
    this.lease!.becomeTunnel(this);
    this.route.tunnelBegun(this.priority === BYPASS);
    const body = new RequestBody(this.exchange.source);
    body.settle();
    this.exchange.body = body;
    body.attach(this);
  }

  /** Drops an answer with one of the statuses that are to be retried; false: it goes to the client. */
  private retriedStatus(status: number): boolean {
    const attempt = this.attempt(status);
    if (refusalToRetry(attempt, this.fresh, this.retries, this.begunAt, this.pool) !== '') return false;
    this.lost(String(status));
    this.connection!.close('answer not wanted');
    this.again(attempt);
    return true;
  }

  private attempt(failure: RetryClass | number): FailedAttempt {
    const { sent, reused } = this.connection!;
    const { method, body } = this.exchange;
    return { method, failure, sent, reused, replayable: body === null || body.replayable };
  }

  private again(attempt: FailedAttempt): void {
    const lease = this.lease!;
    if (isStale(attempt) && !this.fresh) {
      this.fresh = true;
    } else {
      this.retries++;
      this.tried = [...this.tried, lease.endpoint];
    }
    this.pool.exchanges.count(RETRIES);
    this.exchange.body?.detach();
    this.connection = null;
    this.lease = null;
    lease.release();
    this.ask();
  }

  private begin(): void {
    this.begunAt = recent();
    if (this.patience !== Infinity) {
      this.pool.comingIn--;
      timeouts.arm(this, Math.min(totalEnd(this.exchange, this.pool), this.begunAt + this.patience));
    }
    this.ask();
  }

  private ask(): void {
    this.askedAt = recent();
    this.pool.acquire(this);
  }

  /** The wait for a lease is over, one way or the other. */
  private waited(): void {
    this.exchange.queueTime += recent() - this.askedAt;
  }

  /** Lets go of all that waits or is held; the connection, if any, has ended by now. */
  private release(): void {
    if (this.bucket !== 0) timeouts.forget(this);
    if (this.inside && this.begunAt === 0 && this.patience !== Infinity) this.pool.comingIn--;
    this.exchange.body?.detach();
    this.connection = null;
    const { lease } = this;
    if (this.inside) this.route.leave(this.priority === BYPASS, lease !== null && lease.tunnel !== null);
    this.inside = false;
    this.lease = null;
    lease?.release();
  }
}
