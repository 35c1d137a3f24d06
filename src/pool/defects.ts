import { type GatewayError, toGatewayError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Queued } from './claim.ts';
import type { Lease } from './lease.ts';

/** Keeps a defect in one exchange from stopping the queue for the others, or from keeping a slot: it is logged. */
export class Defects {
  /** Leases released a second time. */
  doubleReleases = 0;
  readonly #pool: string;
  readonly #log: Log;

  constructor(pool: string, log: Log) {
    this.#pool = pool;
    this.#log = log;
  }

  /** Refuses a claim; never throws. */
  refuse(claim: Queued, error: GatewayError): void {
    try {
      claim.refused(error);
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  /** A claim threw where it was to go on: it is refused; never throws. */
  disown(claim: Queued, thrown: unknown): void {
    this.#report(thrown);
    this.refuse(claim, toGatewayError(thrown));
  }

  releasedTwice(lease: Lease): void {
    this.doubleReleases++;
    const stack = new Error().stack ?? '';
    this.#log.error('a lease was released twice', { pool: this.#pool, endpoint: lease.endpoint.name, stack });
  }

  #report(thrown: unknown): void {
    const stack = thrown instanceof Error ? thrown.stack : String(thrown);
    this.#log.error('a claim threw', { pool: this.#pool, stack });
  }
}
