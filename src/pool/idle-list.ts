import type { Connection } from '../protocol.ts';
import { Alarm } from './alarm.ts';

/** How long before the end of what the peer promised a connection is given up: it may be closing it already. */
const MARGIN = 1000;

/** The idle connections of one endpoint, each with the moment at which it is closed; the most recently used is last. */
export class IdleList {
  readonly #connections: Connection[] = [];
  readonly #ends: number[] = [];
  readonly #most: number;
  readonly #timeout: number;
  readonly #now: () => number;
  readonly #alarm: Alarm;

  constructor(most: number, timeout: number, now: () => number) {
    this.#most = most;
    this.#timeout = timeout;
    this.#now = now;
    this.#alarm = new Alarm(now, () => this.#closeExpired());
  }

  get size(): number {
    return this.#connections.length;
  }

  /** Keeps a connection, for `forMs` less a margin if the peer promised a time, or closes it; closes the oldest if there are too many. */
  add(connection: Connection, forMs: number | undefined): void {
    const keep = forMs === undefined ? this.#timeout : Math.min(this.#timeout, forMs - MARGIN);
    if (this.#most <= 0) connection.close('keep-alive is off');
    else if (keep <= 0) connection.close('kept alive for too short a time');
    else {
      const end = this.#now() + keep;
      this.#connections.push(connection);
      this.#ends.push(end);
      this.#alarm.by(end);
      if (this.#connections.length > this.#most) this.closeOldest('too many idle connections');
    }
  }

  /** Takes the most recently used connection out; undefined: there is none. Expired ones on the way are closed. */
  take(): Connection | undefined {
    if (this.#connections.length === 0) return undefined;
    const now = this.#now();
    for (;;) {
      const connection = this.#connections.pop();
      if (connection === undefined) return undefined;
      if (this.#ends.pop()! > now) return connection;
      connection.close('idle for too long');
    }
  }

  /** Forgets a connection that has closed by itself. */
  remove(connection: Connection): void {
    const at = this.#connections.lastIndexOf(connection);
    if (at >= 0) this.#takeAt(at);
  }

  closeOldest(reason: string): void {
    if (this.#connections.length > 0) this.#takeAt(0).close(reason);
  }

  closeAll(reason: string): void {
    this.#alarm.off();
    while (this.#connections.length > 0) this.closeOldest(reason);
  }

  #takeAt(at: number): Connection {
    this.#ends.splice(at, 1);
    return this.#connections.splice(at, 1)[0]!;
  }

  #closeExpired(): void {
    const now = this.#now();
    const expired = this.#connections.filter((_, i) => this.#ends[i]! <= now);
    for (const connection of expired) {
      this.remove(connection);
      connection.close('idle for too long');
    }
    for (const end of this.#ends) this.#alarm.by(end);
  }
}
