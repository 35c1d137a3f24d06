import type { ErrorKind } from '../errors.ts';
import type { Connection } from '../protocol.ts';
import { Acceptance } from './acceptance.ts';
import { Fidelity } from './fidelity.ts';
import { WorkerCount } from './worker-count.ts';

/** How long a new connection may take to prove itself before the limit is taken to be above the number of workers. */
const SOON_ACCEPTED = 100;

/** Why a connection is gone that the application closed before it answered a request. */
const UNANSWERED: ErrorKind = 'connection_terminated';

/**
 * What is known of an application whose connections each occupy a worker, idle or not: which connections a worker has
 * taken, whether the application keeps them as it is asked to, and how many workers there are, if nobody said so.
 */
export class PinnedWorkers {
  readonly #acceptance = new Acceptance();
  readonly #fidelity = new Fidelity();
  /** Null: the configuration says how many there are, or no connection is kept. */
  #count: WorkerCount | null = null;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the number of workers is to be learnt. */
  set learns(learns: boolean) {
    if (!learns) this.#count = null;
    else this.#count ??= new WorkerCount();
  }

  /** How many connections the application took at once of late. */
  get acceptedAtOnce(): number {
    return this.#acceptance.mostAtOnce(this.#now());
  }

  /** Whether it is worth while to ask for a connection to be kept. */
  get keeps(): boolean {
    return this.#fidelity.expected(this.#now());
  }

  /** Whether a request may go out on a connection that was used before; `repeatable`: whether it may be sent twice. */
  mayReuse(repeatable: boolean): boolean {
    return repeatable || this.#fidelity.trusted(this.#now());
  }

  /** Whether a request does better to wait for one of so many connections that are in use than to open another. */
  crowded(inUse: number): boolean {
    return this.#count !== null && !this.#count.allows(inUse, this.#acceptance.waits, this.#now());
  }

  /** When `crowded` may change by itself; Infinity: never. */
  nextRoom(inUse: number, now: number): number {
    if (this.#count === null || !this.crowded(inUse)) return Infinity;
    return this.#count.nextChange(this.#acceptance.waits, now);
  }

  /** A connection that rested carries another request. */
  taken(connection: Connection): void {
    this.#fidelity.taken(connection);
    this.#count?.moved(this.#now());
  }

  /** A request is about to be sent on a new connection, one of so many in use. */
  opened(connection: Connection, inUse: number): void {
    const now = this.#now();
    this.#acceptance.opened(connection, now);
    this.#count?.opened(connection, inUse, now);
  }

  /** The first byte of an answer has come; tells whether there may be a worker more than was known. */
  proved(connection: Connection): boolean {
    this.#acceptance.proved(connection, this.#now());
    if (this.#count === null) return false;
    this.#count.proved(connection);
    return this.#count.known;
  }

  /**
   * For how many milliseconds a clean connection may rest; Infinity: for as long as any; 0: not at all, for a request of ours
   * may be waiting for its worker in the application's backlog. With a limit of connections that is so only if the limit is
   * above the number of workers: each new connection proves itself soon, and until then the others are used again.
   */
  restFor(connection: Connection): number {
    const now = this.#now();
    const patience = this.#patience();
    this.#count?.moved(now);
    this.#fidelity.rests(connection, now);
    if (!this.#acceptance.waits) return Infinity;
    if (patience !== 0 && !this.#acceptance.waitsSince(now - patience)) return patience;
    this.#count?.crowded(this.#acceptance.accepted, now);
    return 0;
  }

  /** A connection is gone; `resting`: it was idle. */
  closed(connection: Connection, resting: boolean, reason: string): void {
    const now = this.#now();
    this.#acceptance.closed(connection);
    this.#count?.closed(connection, now);
    this.#fidelity.closed(connection, resting, reason === UNANSWERED, now);
  }

  /** An answer came on a connection used before: on a new one it may be the time that the backlog took. */
  answered(latencyMs: number): void {
    this.#count?.answered(latencyMs);
  }

  /** Another process answers from now on. */
  forget(): void {
    this.#fidelity.forget();
    this.#count?.forget();
  }

  /** How long a connection may take to prove itself before it is taken to wait for a worker, in milliseconds. */
  #patience(): number {
    if (this.#count === null) return SOON_ACCEPTED;
    return this.#count.known ? this.#count.trialTime : 0;
  }
}
