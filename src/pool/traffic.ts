import { ERRORS } from '../errors.ts';
import type { AccessRecord } from '../log/log.ts';
import { Latencies } from './latencies.ts';
import { RateRing } from './rate-ring.ts';
import {
  ANSWER_BYTES,
  CELLS,
  KINDS,
  OUTCOMES,
  outcomeOf,
  outcomeOfError,
  REDIRECTED,
  REQUEST_BYTES,
} from './traffic-cells.ts';

/** Cells below this one are looked at each second. */
const RATED = OUTCOMES + 2;

/** Outcomes whose time tells something: not tunnels, nor what was refused or could not be read. */
const WORKED: readonly boolean[] = [
  ...[false, true, true, true, true],
  ...KINDS.map(kind => kind === 'client_gone' || ERRORS[kind].source === 'backend'),
];

/**
 * What has passed, each event in a cell that only grows. A part of a whole (an endpoint of a pool, a pool of the gateway) is
 * counted once, at the part, and added up when somebody asks; when the part goes, the whole takes over its counts.
 */
export class Traffic {
  readonly cells = new Float64Array(CELLS);
  readonly rates: RateRing;
  readonly firstByte = new Latencies();
  readonly whole = new Latencies();
  readonly queue = new Latencies();
  private readonly parts = new Set<Traffic>();
  private owner: Traffic | null = null;
  /** Who has taken over what was counted here; null: nobody. */
  private heir: Traffic | null = null;
  private readonly now: () => number;

  /** `parent`: of which it is a part; null: of none. */
  constructor(now: () => number, parent: Traffic | null = null) {
    this.now = now;
    this.rates = new RateRing(this.cells, now());
    if (parent !== null) this.parent = parent;
  }

  /** Of what it is a part. */
  set parent(parent: Traffic) {
    this.owner = parent;
    parent.parts.add(this);
  }

  /** Leaves its parent for good; what is still counted here goes to the parent. */
  depart(): void {
    const { owner } = this;
    if (owner === null) return;
    owner.parts.delete(this);
    owner.absorb(this.total(), this.now());
    this.owner = null;
    this.heir = owner;
  }

  /** This and all of its parts, added up. */
  total(): Traffic {
    if (this.parts.size === 0) return this;
    const total = new Traffic(this.now);
    const at = this.now();
    total.absorb(this, at);
    for (const part of this.parts) total.absorb(part.total(), at);
    return total;
  }

  /** Counts so many events of one kind; the kinds are the cells of traffic-cells.ts. */
  count(cell: number, events = 1): void {
    if (cell < RATED) {
      const at = this.now();
      if (at >= this.rates.nextAt) this.rates.turn(at);
    }
    this.cells[cell]! += events;
    if (this.heir !== null) this.heir.count(cell, events);
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
    this.firstByte.record(milliseconds, at);
  }

  /** An exchange has ended. */
  ended(exchange: AccessRecord): void {
    const { reason, startedAt, firstByteAt, endedAt, queueTime } = exchange;
    const outcome = reason === '' ? outcomeOf(exchange.status) : outcomeOfError(reason);
    this.count(outcome);
    if (reason === '' && firstByteAt !== 0) this.firstByte.record(firstByteAt - startedAt, endedAt);
    if (WORKED[outcome]) this.whole.record(endedAt - startedAt, endedAt);
    if (exchange.grantedAt !== 0 || queueTime !== 0) this.queue.record(queueTime, endedAt);
  }

  private absorb(other: Traffic, at: number): void {
    this.rates.absorb(other.rates, at);
    for (let i = 0; i < CELLS; i++) this.cells[i]! += other.cells[i]!;
    this.firstByte.absorb(other.firstByte, at);
    this.whole.absorb(other.whole, at);
    this.queue.absorb(other.queue, at);
  }
}
