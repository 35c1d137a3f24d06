import type { Place, Queued } from './claim.ts';

interface Line {
  readonly priority: number;
  readonly ring: Place;
}

/**
 * Claims that wait: first come, first served inside a priority class, lower classes first. Everybody waits for the same
 * time, so the first of a line is the first whose time is up. Those who wait for something of their own stand apart.
 */
export class Queue<T extends Queued> {
  #size = 0;
  /** Sorted by priority; a line stays once it was there. */
  readonly #lines: Line[] = [];
  /** By what they wait for. */
  readonly #apart = new Map<string, Place>();
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

  /** Whether any may stand apart. */
  get parted(): boolean {
    return this.#apart.size > 0;
  }

  /** Puts a claim at the end of its line; throws if it waits already. */
  add(claim: T, now: number): void {
    if (claim.place !== null) throw new Error('a claim was queued twice');
    const { ring } = this.#line(claim.priority);
    const place = { claim, deadline: now + this.#timeout, previous: ring, next: ring };
    append(place, ring);
    claim.place = place;
    this.#size++;
  }

  /** Has a claim that waits stand apart, behind those who wait for the same: nobody else waits for it from now on. */
  setApart({ place }: T, what: string): void {
    let ring = this.#apart.get(what);
    if (ring === undefined) {
      ring = emptyRing();
      this.#apart.set(what, ring);
    }
    unlink(place!);
    append(place!, ring);
  }

  /** Of those who are first where they stand apart, and of whom `may` says so, the one that came first. */
  headApart(may: (claim: T) => boolean): T | undefined {
    let first: Place | undefined;
    for (const [what, ring] of this.#apart) {
      if (ring.next === ring) this.#apart.delete(what);
      else if ((first === undefined || ring.next.deadline < first.deadline) && may(ring.next.claim as T))
        first = ring.next;
    }
    return first?.claim as T | undefined;
  }

  /** The claim that is to be served next, of those in a class from `least` on; it stays. */
  head(least = -Infinity): T | undefined {
    for (const { ring, priority } of this.#lines) {
      if (ring.next !== ring && priority >= least) return ring.next.claim as T;
    }
    return undefined;
  }

  /** One that waits, wherever it stands; of those who do not stand apart the first in a class from `least` on. */
  any(least = -Infinity): T | undefined {
    return this.head(least) ?? this.headApart(always);
  }

  /** Whether nobody waits who goes before a claim that has just come, but those who stand apart. */
  isFirst(claim: T): boolean {
    const head = this.#size === 0 ? undefined : this.head();
    return head === undefined || head.priority > claim.priority;
  }

  /** Takes a claim out, wherever it stands; false: it did not wait. */
  remove(claim: T): boolean {
    const { place } = claim;
    if (place === null) return false;
    claim.place = null;
    this.#size--;
    unlink(place);
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
    return this.#apart.size === 0 ? undefined : this.headApart(({ place }) => place!.deadline <= now);
  }

  /** When the next claim's time is up; Infinity: nobody waits. */
  nextDeadline(): number {
    let next = Infinity;
    for (const { ring } of this.#lines) next = Math.min(next, ring.next.deadline);
    for (const ring of this.#apart.values()) next = Math.min(next, ring.next.deadline);
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

function append(place: Place, ring: Place): void {
  place.previous = ring.previous;
  place.next = ring;
  ring.previous.next = place;
  ring.previous = place;
}

function unlink({ previous, next }: Place): void {
  previous.next = next;
  next.previous = previous;
}

function always(): boolean {
  return true;
}
