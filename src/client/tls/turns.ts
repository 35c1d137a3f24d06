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

/** Who may do a TLS handshake at present, over all listeners, and who waits, in the order of coming. */
export class Turns implements Timed {
  deadline = Infinity;
  bucket = 0;
  limit: number;
  /** With the moment at which each began; the oldest first. */
  readonly #underWay = new Map<Turn, number>();
  readonly #waiting = new Set<Turn>();
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
      for (const turn of this.#waiting) {
        if (this.#underWay.size >= this.limit) break;
        this.#waiting.delete(turn);
        this.#underWay.set(turn, recent());
        turn.begin();
      }
    } finally {
      this.#granting = false;
    }
    this.#watch();
  }

  /** Looks again when the oldest has had its time, as long as anyone waits. */
  #watch(): void {
    const [oldest] = this.#underWay.values();
    if (this.#waiting.size === 0 || oldest === undefined) timeouts.disarm(this);
    else timeouts.arm(this, Math.max(recent() + 1, oldest + SHARE));
  }
}
