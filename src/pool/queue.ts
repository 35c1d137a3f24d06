import type { Place, Queued } from './claim.ts';

interface Line {
  readonly priority: number;
  readonly ring: Place;
}

/**
 * Claims that wait: first come, first served inside a priority class, lower classes first. Everybody waits for the same
 * time, so the first of a line is the first whose time is up.
 */
export class Queue<T extends Queued> {
  #size = 0;
  /** Sorted by priority; a line stays once it was there. */
  readonly #lines: Line[] = [];
  #timeout: number;

  /** `timeout`: how long a claim may wait, in milliseconds. */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  /** Those who come from now on may wait for so long, in milliseconds. After a shorter time they are refused no sooner than those before them. */
  set timeout(timeout: number) {
    this.#timeout = timeout;
  }

  get size(): number {
    return this.#size;
  }

  /** Puts a claim at the end of its line; throws if it waits already. */
  add(claim: T, now: number): void {
    if (claim.place !== null) throw new Error('a claim was queued twice');
    const { ring } = this.#line(claim.priority);
    const place: Place = { claim, deadline: now + this.#timeout, previous: ring.previous, next: ring };
    ring.previous.next = place;
    ring.previous = place;
    claim.place = place;
    this.#size++;
  }

  /** The claim that is to be served next, of those in a class from `least` on; it stays. */
  head(least = -Infinity): T | undefined {
    for (const { ring, priority } of this.#lines) {
      if (ring.next !== ring && priority >= least) return ring.next.claim as T;
    }
    return undefined;
  }

  /** The claim that is to be served after one that waits. */
  after({ place, priority }: T): T | undefined {
    return (place?.next.claim as T | undefined) ?? this.head(priority + 1);
  }

  /** Whether nobody waits who goes before a claim that has just come. */
  isFirst(claim: T): boolean {
    return this.#size === 0 || this.head()!.priority > claim.priority;
  }

  /** Takes a claim out, wherever it stands; false: it did not wait. */
  remove(claim: T): boolean {
    const { place } = claim;
    if (place === null) return false;
    claim.place = null;
    this.#size--;
    place.previous.next = place.next;
    place.next.previous = place.previous;
    // One that has grown old before it left would keep all who came after it alive, link by link, until a full collection;
    // the tables of a Map would do the same.
    place.previous = place;
    place.next = place;
    return true;
  }

  /** A claim whose time is up; it stays. */
  overdue(now: number): T | undefined {
    for (const { ring } of this.#lines) {
      if (ring.next !== ring && ring.next.deadline <= now) return ring.next.claim as T;
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

function emptyRing(): Place {
  const ring = { claim: undefined, deadline: Infinity } as Place;
  ring.previous = ring;
  ring.next = ring;
  return ring;
}
