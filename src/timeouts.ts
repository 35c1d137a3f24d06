import { LONGEST_DELAY, now } from './clock.ts';

/** Something that waits: it has one deadline at a time, and holds the two fields that Timeouts needs. */
export interface Timed {
  /** When to expire, on the clock of clock.ts; Infinity: not waiting. */
  deadline: number;
  /** The bucket that it stands in; 0: none. Owned by Timeouts. */
  bucket: number;
  /** The deadline has passed. */
  expire(): void;
}

const TICK = 20;

/**
 * Deadlines by the ten thousand under one timer. Moving a deadline to a later time is an assignment: a bucket that comes
 * due looks at what each of its entries really waits for, and files it again. Expiry is up to 20 ms late, never early.
 */
export class Timeouts {
  readonly #buckets = new Map<number, Set<Timed>>();
  #timer: NodeJS.Timeout | undefined;
  #next = Infinity;
  readonly #fire = (): void => this.#expireDue();

  /** Sets or moves a deadline. */
  arm(timed: Timed, deadline: number): void {
    timed.deadline = deadline;
    const bucket = Math.ceil(deadline / TICK);
    if (timed.bucket !== 0) {
      if (timed.bucket <= bucket) return;
      this.#remove(timed);
    }
    this.#file(timed, bucket);
  }

  /** Ends the wait; costs nothing, and the entry stays referenced until its bucket comes due. */
  disarm(timed: Timed): void {
    timed.deadline = Infinity;
  }

  /** Ends the wait and lets go of the entry: for something that is about to be forgotten. */
  forget(timed: Timed): void {
    timed.deadline = Infinity;
    if (timed.bucket !== 0) this.#remove(timed);
  }

  #file(timed: Timed, bucket: number): void {
    timed.bucket = bucket;
    const set = this.#buckets.get(bucket);
    if (set === undefined) this.#buckets.set(bucket, new Set([timed]));
    else set.add(timed);
    if (bucket < this.#next) this.#schedule(bucket);
  }

  #remove(timed: Timed): void {
    const set = this.#buckets.get(timed.bucket);
    timed.bucket = 0;
    if (set === undefined) return;
    set.delete(timed);
  }

  #schedule(bucket: number): void {
    clearTimeout(this.#timer);
    this.#next = bucket;
    const delay = Math.max(1, Math.ceil(bucket * TICK - now()));
    this.#timer = setTimeout(this.#fire, Math.min(delay, LONGEST_DELAY));
    this.#timer.unref();
  }

  #expireDue(): void {
    const time = now();
    const due = Math.floor(time / TICK);
    let next = Infinity;
    const expired: Timed[] = [];
    for (const [bucket, set] of this.#buckets) {
      if (bucket > due) {
        if (bucket < next) next = bucket;
        continue;
      }
      this.#buckets.delete(bucket);
      for (const timed of set) {
        timed.bucket = 0;
        expired.push(timed);
      }
    }
    this.#next = Infinity;
    if (next !== Infinity) this.#schedule(next);
    for (const timed of expired) this.#settle(timed, time);
  }

  #settle(timed: Timed, time: number): void {
    if (timed.deadline > time) {
      if (timed.deadline !== Infinity && timed.bucket === 0) this.arm(timed, timed.deadline);
      return;
    }
    timed.deadline = Infinity;
    timed.expire();
  }
}

/** The deadlines of this thread. */
export const timeouts = new Timeouts();
