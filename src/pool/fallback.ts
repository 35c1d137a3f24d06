import type { Log } from '../log/log.ts';

/** A pool that stands in for another, as a status command shows it. */
export interface FallbackStatus {
  readonly pool: string;
  /** Whether requests went there of late: nothing has been served here since. */
  readonly active: boolean;
  /** Exchanges that went on there; they are counted again where they went. */
  readonly exchanges: number;
}

/** Keeps count of exchanges that a pool has no endpoint for and that go on at another, and says once when that begins and ends. */
export class Fallback {
  active = false;
  exchanges = 0;
  readonly #pool: string;
  readonly #log: Log;

  constructor(pool: string, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  /** An exchange goes on at another pool. */
  went(to: string, reason: string): void {
    this.exchanges++;
    this.begin(to, reason);
  }

  /** From now on exchanges go to another pool, whether they have been here before or not. */
  begin(to: string, reason: string): void {
    if (this.active) return;
    this.active = true;
    this.#log.warn('pool has no endpoint: requests go to its fallback', {
      pool: this.#pool,
      fallback: to,
      reason,
    });
  }

  /** A backend of the pool itself has answered. */
  over(): void {
    this.active = false;
    this.#log.info('pool serves again: requests go to its fallback no more', { pool: this.#pool });
  }
}
