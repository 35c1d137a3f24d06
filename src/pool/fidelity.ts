import type { Connection } from '../protocol.ts';

/** A connection that rested for so many milliseconds and is still open was not closed with its answer. */
const LONG_OPEN = 50;

/** So many that were closed before they carried a second request show that none is kept. */
const MOST_CLOSED = 3;

/** How long an application that keeps none is believed not to, in milliseconds. */
const SETTLED = 60_000;

/**
 * Whether an application keeps connections as it is asked to. Some close each one, and FastCGI has no word by which they
 * could say so: their close may cross the next request. Once that was seen, only requests that can be sent twice go out
 * on a connection that was used before, until one has proved to be kept; and after some more none is asked for.
 */
export class Fidelity {
  #proven = false;
  #suspected = false;
  #closed = 0;
  #askAgain = -Infinity;
  /** A connection that rests, and since when. */
  #witness: Connection | null = null;
  #since = 0;
  /** Connections that were taken out to carry another request. */
  readonly #second = new Set<Connection>();

  /** Whether it is worth while to ask for a connection to be kept. */
  expected(now: number): boolean {
    return now >= this.#askAgain;
  }

  /** Whether a request that must not be sent twice may go out on a connection that rests. */
  trusted(now: number): boolean {
    return !this.#suspected || (this.#witness !== null && now - this.#since >= LONG_OPEN);
  }

  /** A connection carries another request. */
  taken(connection: Connection): void {
    if (this.#proven) return;
    if (connection === this.#witness) this.#witness = null;
    this.#second.add(connection);
  }

  /** A connection rests after an answer. */
  rests(connection: Connection, now: number): void {
    if (this.#proven) return;
    if (this.#second.delete(connection)) {
      this.#prove();
    } else if (this.#witness === null) {
      this.#witness = connection;
      this.#since = now;
    }
  }

  /** A connection is gone; the application closed it while it rested, or `unanswered` with a request on it, or neither. */
  closed(connection: Connection, resting: boolean, unanswered: boolean, now: number): void {
    if (this.#proven) return;
    if (connection === this.#witness) this.#witness = null;
    const again = this.#second.delete(connection);
    if (!resting && !(again && unanswered)) return;
    this.#suspected = true;
    if (++this.#closed < MOST_CLOSED) return;
    this.#closed = 0;
    this.#askAgain = now + SETTLED;
  }

  /** Another application answers from now on. */
  forget(): void {
    this.#proven = false;
    this.#suspected = false;
    this.#closed = 0;
    this.#askAgain = -Infinity;
    this.#witness = null;
    this.#second.clear();
  }

  #prove(): void {
    this.#proven = true;
    this.#suspected = false;
    this.#askAgain = -Infinity;
    this.#witness = null;
    this.#second.clear();
  }
}
