import type { Connection } from '../protocol.ts';

/** For how many milliseconds a figure is remembered at least, and at most twice as long. */
const WINDOW = 60_000;

/** So many milliseconds after another one a connection stands behind it in the backlog, however each was made. */
const BEHIND = 100;

/**
 * Which connections to an endpoint are known to be out of its backlog. A connection stands in the kernel's backlog
 * unseen, for as long as every worker of the application is held by another one; only the first byte of an answer proves
 * that a worker has it, and has those that were opened well before.
 */
export class Acceptance {
  /** Connections that have proved nothing yet, in the order in which they were opened, and when that was. */
  readonly #unproven = new Map<Connection, number>();
  #accepted = 0;
  /** Of those, closed in the present turn of the event loop. */
  #leaving = 0;
  /** The most that were accepted at once in the present window, and in the one before. */
  #most = 0;
  #mostBefore = 0;
  #windowEnd = -Infinity;

  /** A request is about to be sent on a new connection. */
  opened(connection: Connection, now: number): void {
    this.#unproven.set(connection, now);
  }

  /** The first byte of an answer has come. */
  proved(connection: Connection, now: number): void {
    const openedAt = this.#unproven.get(connection);
    if (openedAt === undefined) return;
    this.#unproven.delete(connection);
    this.#turn(now);
    this.#accepted++;
    this.#proveBefore(openedAt - BEHIND);
    if (this.#accepted > this.#most) this.#most = this.#accepted;
  }

  closed(connection: Connection): void {
    if (this.#unproven.delete(connection) || this.#accepted === this.#leaving) return;
    // Whose answers came in the same turn were accepted at once: no worker takes another before it sees the close.
    if (this.#leaving++ === 0) setImmediate(this.#leave);
  }

  /** Connections that stand and have proved accepted. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Whether a request waits on a connection that has proved nothing. */
  get waits(): boolean {
    return this.#unproven.size > 0;
  }

  /** Whether a request has waited since that moment, or longer, on a connection that has proved nothing. */
  waitsSince(moment: number): boolean {
    if (this.#unproven.size === 0) return false;
    for (const openedAt of this.#unproven.values()) return openedAt <= moment;
    return false;
  }

  /** The most connections that were accepted at once within the last minute or two: about as many workers there are. */
  mostAtOnce(now: number): number {
    this.#turn(now);
    return Math.max(this.#most, this.#mostBefore);
  }

  /** A backlog is left in the order in which it was entered: who came before is not in it any more, but slow to answer. */
  #proveBefore(moment: number): void {
    for (const [connection, openedAt] of this.#unproven) {
      if (openedAt > moment) return;
      this.#unproven.delete(connection);
      this.#accepted++;
    }
  }

  readonly #leave = (): void => {
    this.#accepted -= this.#leaving;
    this.#leaving = 0;
  };

  /** Workers come and go, so that what was learnt is forgotten unless it is seen again. */
  #turn(now: number): void {
    if (now < this.#windowEnd) return;
    // What was open until now was open in the window before as well.
    this.#mostBefore = now < this.#windowEnd + WINDOW ? this.#most : this.#accepted;
    this.#most = this.#accepted;
    this.#windowEnd = now + WINDOW;
  }
}
