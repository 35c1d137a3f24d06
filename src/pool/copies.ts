import { GatewayError } from '../errors.ts';

/** So many copies are under way to a pool at once, in memory and at its backends. */
const MOST = 100;

/** What became of the copies of requests that a pool was to get, as a status command shows it. */
export interface CopiesStatus {
  /** Those under way, of at most so many. */
  readonly inFlight: number;
  readonly most: number;
  /** Those that were sent, and of these those that were answered and those that failed. */
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
  /** Requests that were not copied, for too many copies were under way or the pool was held. */
  readonly missed: number;
  /** Copies that were given up, for their bodies were too long or did not come whole. */
  readonly givenUp: number;
}

/** A copy that is under way. */
interface UnderWay {
  abandon(error: GatewayError): void;
}

/** Keeps count of the copies of other pools' requests that a pool gets. */
export class Copies {
  readonly #underWay = new Set<UnderWay>();
  sent = 0;
  answered = 0;
  failed = 0;
  missed = 0;
  givenUp = 0;

  /** Whether no further copy may be made for now. */
  get full(): boolean {
    return this.#underWay.size >= MOST;
  }

  begun(copy: UnderWay): void {
    this.#underWay.add(copy);
  }

  ended(copy: UnderWay): void {
    this.#underWay.delete(copy);
  }

  /** Gives up all that is under way: nobody waits for it. */
  close(): void {
    const error = new GatewayError('shutting_down', 'the pool is closed');
    for (const copy of [...this.#underWay]) copy.abandon(error);
  }

  status(): CopiesStatus {
    const { sent, answered, failed, missed, givenUp } = this;
    return { inFlight: this.#underWay.size, most: MOST, sent, answered, failed, missed, givenUp };
  }
}
