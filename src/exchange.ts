import type { ErrorPages } from './error-pages.ts';
import type { GatewayError } from './errors.ts';
import { type FieldLines, type Fields, firstValue, overlaid } from './fields.ts';
import type { AccessRecord, AttemptRecord } from './log/log.ts';
import type { BackendRequest, ConnectionEnds, Script, ScriptNames, TlsFacts } from './protocol.ts';
import type { BodySource, RequestBody } from './replay.ts';

const NO_CAPTURES: readonly string[] = [];

const NO_ATTEMPTS: readonly AttemptRecord[] = [];

const NO_ENDS: ConnectionEnds = { remoteAddress: '', remotePort: 0, localAddress: '', localPort: 0 };

/** The client's side of an exchange: where the answer goes. */
export interface Answer {
  /** A 1xx answer; dropped for a client that cannot read it. */
  interim(status: number, fields: FieldLines): void;
  head(status: number, reason: string, fields: FieldLines, bodyLength: number | undefined): void;
  /** A part of the body, a view; false: wait for `Carrier.clientWritable`. */
  data(chunk: Buffer): boolean;
  /** Whether the memory of every view that `data` was given may be used again. */
  readonly taken: boolean;
  end(trailers: Fields): void;
  /** In a tunnel: the backend will send no more, the client still may. */
  halfClose(): void;
  /** Writes out what was gathered since the last call. */
  flush(): void;
  /** An answer by the gateway itself, for an error before commit. */
  refuse(error: GatewayError): void;
  /** Destroys the client connection, so that a truncated answer is never taken for a whole one. */
  cut(): void;
}

/** Who counts what passes; body bytes are counted as they pass, so that a download of hours shows while it lasts. */
export interface Tally {
  /** So many body bytes were read from the client. */
  received(bytes: number): void;
  /** So many body bytes were given to the client. */
  sent(bytes: number): void;
  /** The exchange goes on elsewhere. */
  redirected(): void;
  ended(exchange: Exchange): void;
}

/** Changes a request on its way to its pool. May throw GatewayError, which is the exchange's failure then. */
export interface RequestEditor {
  apply(exchange: Exchange): void;
}

/** Changes the fields of an answer on its way to the client, whoever gives it. May throw GatewayError. */
export interface AnswerEditor {
  edit(exchange: Exchange, status: number, fields: FieldLines): FieldLines;
  /** A path that an application names by its own lights, as the client would. */
  pathFor(exchange: Exchange, path: string): string;
}

/**
 * Who may take an exchange elsewhere before an answer is committed: instead of a backend's answer, or instead of the
 * failure that it would end in.
 */
export interface AnswerJudge {
  /** Whether a backend's answer goes to the client; if not, it is dropped, and `turnedDown` follows when the attempt is over. */
  accepts(exchange: Exchange, status: number, fields: FieldLines, bodyLength: number | undefined): boolean;
  /** Carries the exchange on; nothing of the attempt is left. Does not throw. */
  turnedDown(exchange: Exchange): void;
  /** Whether it carries the exchange on, which is about to fail; nothing of its attempts is left. Does not throw. */
  rescues(exchange: Exchange, error: GatewayError): boolean;
}

/** What goes along with an exchange, and has to hear of its end. */
export interface Shadow {
  originalEnded(): void;
}

/** Where an exchange is on its way from its route to its end. */
export interface Station {
  readonly name: string;
  entered(): void;
  left(): void;
}

/** Who carries an exchange to its answer, and has to hear of the client meanwhile. */
export interface Carrier {
  /** The client left, or broke a rule in the middle: what is under way is given up, and the exchange fails with this. */
  abandon(error: GatewayError): void;
  /** Whether the exchange still waits for a lease. */
  readonly waiting: boolean;
  /** The answer may go on, after `Answer.data` returned false. */
  clientWritable(): void;
}

/** One client request and its answer: heads, body, timeline, attempts. It is what is logged when it has ended. */
export class Exchange implements BackendRequest, AccessRecord {
  id = '';
  /** The client's address, or the one that a trusted proxy named. */
  client = '';
  method = '';
  target = '';
  host = '';
  minor: 0 | 1 = 1;
  fields: FieldLines = '';
  bodyLength: number | undefined = 0;
  hasBody = false;
  upgrade: string | undefined = undefined;
  /** Whether Connection names Upgrade. */
  wantsUpgrade = false;
  wantsTrailers = false;
  /** Whether the client waits for 100 before it sends the body (RFC 9110, 10.1.1). */
  expectsContinue = false;
  body: RequestBody | null = null;
  secure = false;
  /** The host that the client asked for as a trusted proxy says, which routes do not go by; empty: it says nothing. */
  publicHost = '';
  publicPort = 0;
  script: Script | null = null;
  scriptNames: ScriptNames | null = null;
  ends: ConnectionEnds = NO_ENDS;
  /** Null: it came without TLS. */
  tls: TlsFacts | null = null;

  /** The endpoint that its present or last attempt is at, as `host:port`; empty: none was made. */
  authority = '';
  /** The name of its route; empty: none of the configuration has matched. */
  routeName = '';
  /** The pool that it came to last; empty: to none. */
  poolName = '';
  /** What the regular expressions of its route captured; the whole first. */
  captures: readonly string[] = NO_CAPTURES;
  /** Whether the answer of a backend sent it where it is, so that routes match which are closed to clients. */
  directed = false;
  /** The target by which its route was found, before that rewrote it; empty: it does not rewrite. */
  routedTarget = '';
  /** Null: the answer goes to the client as it is. */
  editor: AnswerEditor | null = null;
  /** Null: what a backend answers goes to the client, and a failure is one. */
  judge: AnswerJudge | null = null;
  /** Fields that take the place of those of the same name in a good answer; they are of the backend that sent the exchange on. */
  carried: FieldLines = '';
  /** What stands for failures in place of the gateway's own words; null: nothing. */
  pages: ErrorPages | null = null;
  /** The copy that was made of it for another pool; null: none was. */
  copy: Shadow | null = null;
  /** Cookies that the gateway has given and that no backend sees: `name=value; ` for each. */
  ownCookies = '';
  /** Fields that the gateway adds to the final answer, such as its cookies. */
  ownFields: FieldLines = '';

  /** How many local redirects it has followed. */
  redirects = 0;
  /** How often a pool had no endpoint for it, and another stood in. */
  fallbacks = 0;
  /** Whether the head of an answer has gone to the client: nothing is retried from then on. */
  committed = false;
  ended = false;
  /** Whether it was given to the gateway: a request that cannot be read is answered without. */
  handled = false;
  status = 0;
  bytesIn = 0;
  bytesOut = 0;
  attempts: readonly AttemptRecord[] = NO_ATTEMPTS;
  reason = '';
  detail = '';
  queueTime = 0;
  startedAt = 0;
  grantedAt = 0;
  connectedAt = 0;
  firstByteAt = 0;
  endedAt = 0;

  carrier: Carrier | null = null;
  /** Null: its pool is not known yet. */
  tally: Tally | null = null;
  /** Null: it has not come to one yet, or it has left the last. */
  station: Station | null = null;
  private kept = false;
  private askedMethod = '';
  private askedTarget = '';
  private askedHost = '';
  private askedFields: FieldLines = '';
  readonly answer: Answer;
  /** The client connection, as the source of the body. */
  readonly source: BodySource;

  constructor(answer: Answer, source: BodySource) {
    this.answer = answer;
    this.source = source;
  }

  get version(): string {
    return this.minor === 1 ? '1.1' : '1.0';
  }

  get userAgent(): string {
    return firstValue(this.fields, 'user-agent') ?? '';
  }

  get referer(): string {
    return firstValue(this.fields, 'referer') ?? '';
  }

  /** Goes from the station where it is, if any, to another; null: it has ended. */
  moveTo(station: Station | null): void {
    if (station !== null) this.poolName = station.name;
    station?.entered();
    this.station?.left();
    this.station = station;
  }

  /** From now on it is counted there, and so are the bytes that nobody has counted yet. */
  countAt(tally: Tally): void {
    if (this.tally === null) {
      if (this.bytesIn !== 0) tally.received(this.bytesIn);
      if (this.bytesOut !== 0) tally.sent(this.bytesOut);
    }
    this.tally = tally;
  }

  /** Counts body bytes that were read from the client. */
  received(bytes: number): void {
    this.bytesIn += bytes;
    this.tally?.received(bytes);
  }

  /** Counts body bytes that were given to the client. */
  sent(bytes: number): void {
    this.bytesOut += bytes;
    this.tally?.sent(bytes);
  }

  /** Remembers what the client asked for, before a rewrite or a redirect changes it for the first time. */
  keepRequest(): void {
    if (this.kept) return;
    this.kept = true;
    this.askedMethod = this.method;
    this.askedTarget = this.target;
    this.askedHost = this.host;
    this.askedFields = this.fields;
  }

  /** Goes on as if it had just come to its route, but for what its body has become: what that brought is forgotten. */
  beginAnew(): void {
    this.keepRequest();
    if (this.routedTarget !== '') this.target = this.routedTarget;
    this.routedTarget = '';
    this.routeName = '';
    this.host = this.askedHost;
    this.fields = this.askedFields;
    this.script = null;
    this.scriptNames = null;
    this.captures = NO_CAPTURES;
    this.editor = null;
    this.judge = null;
    this.directed = false;
  }

  /** Turns method, target and host back to what the client asked for: the log speaks of that. */
  recallRequest(): void {
    if (!this.kept) return;
    this.method = this.askedMethod;
    this.target = this.askedTarget;
    this.host = this.askedHost;
    this.fields = this.askedFields;
  }

  /** An attempt at an endpoint is over; the reason as in AttemptRecord. */
  recordAttempt(endpoint: string, reason: string): void {
    const record = { endpoint, reason };
    this.attempts = this.attempts.length === 0 ? [record] : [...this.attempts, record];
  }

  /** Commits to an answer. */
  commit(status: number, reason: string, fields: FieldLines, bodyLength: number | undefined): void {
    const over = this.carried === '' || status >= 400 ? fields : overlaid(fields, this.carried);
    const edited = this.editor === null ? over : this.editor.edit(this, status, over);
    this.committed = true;
    this.status = status;
    this.answer.head(status, reason, edited + this.ownFields, bodyLength);
  }

  /** Ends in failure: an answer of the gateway's own if none was begun, else the client connection is destroyed. */
  fail(error: GatewayError): void {
    if (this.ended) return;
    if (!this.committed && this.judge !== null && this.judge.rescues(this, error)) return;
    this.body?.free();
    this.reason = error.kind;
    // A defect of our own is of use only with its stack.
    this.detail =
      error.kind === 'internal_error' ? String((error.cause as Error)?.stack ?? error.stack) : error.message;
    this.carrier = null;
    if (this.committed) {
      this.answer.cut();
    } else {
      this.committed = true;
      this.status = error.row.status;
      this.answer.refuse(error);
    }
  }
}
