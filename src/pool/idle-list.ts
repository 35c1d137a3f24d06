import type { Connection } from '../protocol.ts';
import { Alarm } from './alarm.ts';

/** How long before the end of what the peer promised a connection is given up: it may be closing it already. */
const MARGIN = 1000;

/**
 * For how long there may be more idle connections than are to be kept: with many clients, connections rest between two
 * turns of the event loop, and closing the surplus at once would mean to connect again for the next requests.
 */
const SURPLUS_GRACE = 1000;

/**
 * The idle connections of one endpoint, each with the moment at which it is closed; the most recently used is last.
 * The arrays never shrink: a push onto an array that was popped empty allocates anew, and that is the usual case.
 */
export class IdleList {
  readonly #connections: (Connection | undefined)[] = [];
  readonly #ends: number[] = [];
  #size = 0;
  #most: number;
  #timeout: number;
  readonly #now: () => number;
  readonly #alarm: Alarm;

  constructor(most: number, timeout: number, now: () => number) {
    this.#most = most;
    this.#timeout = timeout;
    this.#now = now;
    this.#alarm = new Alarm(now, () => this.#closeExpired());
  }

  /** From now on so many are kept, and so long. */
  configure(most: number, timeout: number): void {
    this.#most = most;
    this.#timeout = timeout;
    this.#closeSurplus();
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Keeps a connection, for `forMs` less a margin if the peer promised a time, or closes it. A surplus lasts a second.
   * `longest`: a bound for this time alone.
   */
  add(connection: Connection, forMs: number | undefined, longest = this.#timeout): void {
    const keep = forMs === undefined ? longest : Math.min(longest, forMs - MARGIN);
    if (this.#most <= 0) connection.close('keep-alive is off');
    else if (keep <= 0) connection.close('kept alive for too short a time');
    else {
      const now = this.#now();
      const end = now + keep;
      this.#connections[this.#size] = connection;
      this.#ends[this.#size++] = end;
      this.#alarm.by(this.#size > this.#most ? Math.min(end, now + SURPLUS_GRACE) : end);
    }
  }

  /** Takes the most recently used connection out; undefined: there is none. Expired ones on the way are closed. */
  take(): Connection | undefined {
    if (this.#size === 0) return undefined;
    const now = this.#now();
    while (this.#size > 0) {
      const connection = this.#takeAt(this.#size - 1);
      if (this.#ends[this.#size]! > now) return connection;
      connection.close('idle for too long');
    }
    return undefined;
  }

  /** Forgets a connection that has closed by itself; tells whether it was here. */
  remove(connection: Connection): boolean {
    if (this.#size === 0) return false;
    const at = this.#connections.lastIndexOf(connection);
    if (at >= 0) this.#takeAt(at);
    return at >= 0;
  }

  closeOldest(reason: string): void {
    if (this.#size > 0) this.#takeAt(0).close(reason);
  }

  closeAll(reason: string): void {
    this.#alarm.off();
    while (this.#size > 0) this.closeOldest(reason);
  }

  /** Takes one out; those that came after it move up. */
  #takeAt(at: number): Connection {
    const connection = this.#connections[at]!;
    const last = --this.#size;
    for (let i = at; i < last; i++) {
      this.#connections[i] = this.#connections[i + 1];
      this.#ends[i] = this.#ends[i + 1]!;
    }
    this.#connections[last] = undefined;
    return connection;
  }

  #closeSurplus(): void {
    const surplus = this.#size - this.#most;
    if (surplus <= 0) return;
    const oldest = this.#connections.slice(0, surplus);
    this.#connections.copyWithin(0, surplus, this.#size).fill(undefined, this.#most, this.#size);
    this.#ends.copyWithin(0, surplus, this.#size);
    this.#size = this.#most;
    for (const connection of oldest) connection!.close('too many idle connections');
  }

  #closeExpired(): void {
    this.#closeSurplus();
    const now = this.#now();
    const expired = this.#connections.filter((_, i) => i < this.#size && this.#ends[i]! <= now);
    for (const connection of expired) {
      this.remove(connection!);
      connection!.close('idle for too long');
    }
    for (let i = 0; i < this.#size; i++) this.#alarm.by(this.#ends[i]!);
  }
}
