import type { Claim } from './claim.ts';

/** A claim in its line; a line's own element, without a claim, closes the ring. */
interface Waiter {
  readonly claim: Claim | undefined;
  readonly deadline: number;
  previous: Waiter;
  next: Waiter;
}

interface Line {
  readonly priority: number;
  readonly ring: Waiter;
}

/**
 * Claims that wait: first come, first served inside a priority class, lower classes first. Everybody waits for the same
 * time, so the first of a line is the first whose time is up.
 */
export class Queue {
  readonly #waiters = new Map<Claim, Waiter>();
  /** Sorted by priority; a line stays once it was there. */
  readonly #lines: Line[] = [];
  readonly #timeout: number;

  /** `timeout`: how long a claim may wait, in milliseconds. */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /** Puts a claim at the end of its line; throws if it waits already. */
  add(claim: Claim, now: number): void {
    if (this.#waiters.has(claim)) throw new Error('a claim was queued twice');
    const { ring } = this.#line(claim.priority);
    const waiter: Waiter = { claim, deadline: now + this.#timeout, previous: ring.previous, next: ring };
    ring.previous.next = waiter;
    ring.previous = waiter;
    this.#waiters.set(claim, waiter);
  }

  /** The claim that is to be served next; it stays. */
  head(): Claim | undefined {
    for (const { ring } of this.#lines) if (ring.next !== ring) return ring.next.claim;
    return undefined;
  }

  /** Takes a claim out, wherever it stands; false: it did not wait. */
  remove(claim: Claim): boolean {
    const waiter = this.#waiters.get(claim);
    if (waiter === undefined) return false;
    this.#waiters.delete(claim);
    waiter.previous.next = waiter.next;
    waiter.next.previous = waiter.previous;
    return true;
  }

  /** A claim whose time is up; it stays. */
  overdue(now: number): Claim | undefined {
    for (const { ring } of this.#lines) {
      if (ring.next !== ring && ring.next.deadline <= now) return ring.next.claim;
    }
    return undefined;
  }

  /** When the next claim's time is up; Infinity: nobody waits. */
  nextDeadline(): number {
    let next = Infinity;
    for (const { ring } of this.#lines) if (ring.next !== ring) next = Math.min(next, ring.next.deadline);
    return next;
  }

  #line(priority: number): Line {
    const at = this.#lines.findIndex(line => line.priority >= priority);
    const found = this.#lines[at];
    if (found?.priority === priority) return found;
    const line = { priority, ring: emptyRing() };
    this.#lines.splice(at < 0 ? this.#lines.length : at, 0, line);
    return line;
  }
}

function emptyRing(): Waiter {
  const ring = { claim: undefined, deadline: Infinity } as Waiter;
  ring.previous = ring;
  ring.next = ring;
  return ring;
}
