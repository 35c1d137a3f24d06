import { now, recent } from '../../clock.ts';
import { type Timed, timeouts } from '../../timeouts.ts';

/** What takes its turn: there are only so many at once. */
export interface Turn {
  /** It is its turn, which it has until it leaves. */
  begin(): void;
  /** Others wait and it has had its time: it is to leave. */
  giveWay(): void;
}

/**
 * While others wait, one that takes longer than so many milliseconds gives way: connections that begin and never finish
 * would keep everybody else out otherwise.
 */
const SHARE = 1_000;

/** Beyond so many, those that wait no longer are taken out of the list of who came last. */
const MOST_STALE = 1_000;

/**
 * Who may do a TLS handshake at present, over all listeners, and who waits. The one that has waited longest and the one that
 * has come last take their turns alternately: however many stand there and never finish, who comes now is not behind them all.
 */
export class Turns implements Timed {
  deadline = Infinity;
  bucket = 0;
  limit: number;
  /** With the moment at which each began; the oldest first. */
  readonly #underWay = new Map<Turn, number>();
  /** The oldest first. */
  readonly #waiting = new Set<Turn>();
  /** The same, and some that wait no longer. */
  #arrivals: Turn[] = [];
  #oldestNext = false;
  #granting = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Begins it now, or when one before it has left. */
  take(turn: Turn): void {
    this.#waiting.add(turn);
    this.#arrivals.push(turn);
    this.#grant();
  }

  /** It is done, or does not wait any longer. */
  leave(turn: Turn): void {
    this.#waiting.delete(turn);
    if (this.#underWay.delete(turn)) this.#grant();
  }

  expire(): void {
    const time = now();
    for (const [turn, begun] of this.#underWay) {
      if (this.#waiting.size === 0 || begun + SHARE > time) break;
      turn.giveWay();
    }
    this.#watch();
  }

  #grant(): void {
    // What begins may be over at once.
    if (this.#granting) return;
    this.#granting = true;
    try {
      while (this.#underWay.size < this.limit && this.#waiting.size > 0) {
        const turn = this.#next();
        this.#waiting.delete(turn);
        this.#underWay.set(turn, recent());
        turn.begin();
      }
    } finally {
      this.#granting = false;
    }
    this.#forgetStale();
    this.#watch();
  }

  /** Of those that wait; there is one. */
  #next(): Turn {
    if (this.#waiting.size > 1) this.#oldestNext = !this.#oldestNext;
    while (!this.#oldestNext) {
      const turn = this.#arrivals.pop()!;
      if (this.#waiting.has(turn)) return turn;
    }
    const [oldest] = this.#waiting;
    return oldest!;
  }

  #forgetStale(): void {
    const { length } = this.#arrivals;
    if (length > 0 && this.#waiting.size === 0) this.#arrivals = [];
    else if (length > 2 * this.#waiting.size + MOST_STALE) this.#arrivals = [...this.#waiting];
  }

  /** Looks again when the oldest has had its time, as long as anyone waits. */
  #watch(): void {
    const [oldest] = this.#underWay.values();
    if (this.#waiting.size === 0 || oldest === undefined) timeouts.disarm(this);
    else timeouts.arm(this, Math.max(recent() + 1, oldest + SHARE));
  }
}
