import { ERRORS, type ErrorKind } from '../errors.ts';
import type { AccessRecord } from '../log/log.ts';
import { Latencies } from './latencies.ts';
import { RateRing } from './rate-ring.ts';
import {
  ANSWER_BYTES,
  CELLS,
  OUTCOMES,
  type Outcome,
  outcomeOf,
  outcomeOfError,
  REDIRECTED,
  REQUEST_BYTES,
} from './traffic-cells.ts';

/** The first cells are looked at each second. */
const RATED = OUTCOMES + 2;

/** The first class of statuses: of that only 101 ends anything. */
const TUNNEL: Outcome = 0;

/**
 * What has passed, each event in a cell that only grows. It is counted in `parent` too: attempts of an endpoint in its
 * pool's, exchanges of a pool in the gateway's, so that these stay what they are when endpoints and pools go.
 */
export class Traffic {
  /** Null: it is the whole. */
  parent: Traffic | null;
  readonly cells = new Float64Array(CELLS);
  readonly rates: RateRing;
  readonly firstByte = new Latencies();
  readonly whole = new Latencies();
  readonly queue = new Latencies();
  private readonly now: () => number;

  constructor(now: () => number, parent: Traffic | null = null) {
    this.now = now;
    this.parent = parent;
    this.rates = new RateRing(this.cells, now());
  }

  /** Counts so many events of one kind; the kinds are the cells of traffic-cells.ts. */
  count(cell: number, events = 1): void {
    const at = cell < RATED ? this.now() : 0;
    for (let each: Traffic | null = this; each !== null; each = each.parent) {
      if (at >= each.rates.nextAt) each.rates.turn(at);
      each.cells[cell]! += events;
    }
  }

  /** So many bytes of a body went towards a backend. */
  received(bytes: number): void {
    this.count(REQUEST_BYTES, bytes);
  }

  /** So many bytes of a body went towards a client. */
  sent(bytes: number): void {
    this.count(ANSWER_BYTES, bytes);
  }

  /** An exchange goes on elsewhere, and ends there. */
  redirected(): void {
    this.count(REDIRECTED);
  }

  /** A response head came, so many milliseconds after the request was sent. */
  answered(milliseconds: number, at: number): void {
    for (let each: Traffic | null = this; each !== null; each = each.parent)
      each.firstByte.record(milliseconds, at);
  }

  /** An exchange has ended. */
  ended(exchange: AccessRecord): void {
    const { reason, status } = exchange;
    const outcome = reason === '' ? outcomeOf(status) : outcomeOfError(reason);
    this.count(outcome);
    for (let each: Traffic | null = this; each !== null; each = each.parent) each.measure(exchange, outcome);
  }

  private measure(exchange: AccessRecord, outcome: Outcome): void {
    const { startedAt, firstByteAt, endedAt } = exchange;
    if (exchange.reason === '' && firstByteAt !== 0) this.firstByte.record(firstByteAt - startedAt, endedAt);
    if (outcome !== TUNNEL && (exchange.reason === '' || isWorked(exchange.reason)))
      this.whole.record(endedAt - startedAt, endedAt);
    if (exchange.grantedAt !== 0 || exchange.queueTime !== 0) this.queue.record(exchange.queueTime, endedAt);
  }
}

/** Whether an exchange that failed had got as far as a backend, or had a client that did not wait for it. */
function isWorked(reason: string): boolean {
  return reason === 'client_gone' || ERRORS[reason as ErrorKind].source === 'backend';
}
