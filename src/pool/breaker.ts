import type { BreakerConfig } from '../config/config.ts';
import { formatDuration } from '../config/format-duration.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Claim } from './claim.ts';
import type { Lease } from './lease.ts';
import { OutcomeWindow } from './outcome-window.ts';
import type { BreakerStatus } from './status.ts';

/** The longest rest that doubling leads to, in milliseconds; a longer one stands as configured. */
const LONGEST_REST = 60_000;

/**
 * Whether a pool as a whole is worth asking. Closed: outcomes are counted. Open: nobody gets a lease until its rest is over;
 * then one claim at a time does, and what becomes of that closes it, or opens it for twice as long.
 */
export class Breaker {
  readonly #config: BreakerConfig;
  readonly #pool: string;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #opened: () => void;
  readonly #window: OutcomeWindow;
  /** When its rest ends; Infinity while it is closed. */
  #restUntil = Infinity;
  #closed = true;
  #rest = 0;
  #changedAt: number;
  #openings = 0;
  #why = '';
  /** Whose outcome will tell; null: nobody's as yet. */
  #prober: Claim | null = null;
  #probe: Lease | null = null;
  #refusal: GatewayError | null = null;

  /** `opened` is called each time that those who wait are to be turned away. */
  constructor(config: BreakerConfig, pool: string, log: Log, now: () => number, opened: () => void) {
    this.#config = config;
    this.#pool = pool;
    this.#log = log;
    this.#now = now;
    this.#opened = opened;
    this.#changedAt = now();
    this.#window = new OutcomeWindow(config.window);
  }

  /** Whether it lets everybody pass. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether a claim may have a lease; the first that asks when the rest is over becomes the probe. */
  admits(claim: Claim): boolean {
    if (this.#closed || claim === this.#prober) return true;
    if (this.#prober !== null || this.#now() < this.#restUntil) return false;
    this.#prober = claim;
    return true;
  }

  /** A claim has got a lease. */
  granted(claim: Claim, lease: Lease): void {
    if (claim === this.#prober) this.#probe = lease;
  }

  /** A claim has left, or was turned away: if it was to be the probe, the next one is. */
  forget(claim: Claim): void {
    if (claim === this.#prober) this.#endProbe();
  }

  /** A lease has ended: if it was the probe's and nothing came of it, the next claim is the probe. */
  released(lease: Lease): void {
    if (lease === this.#probe) this.#endProbe();
  }

  /** An attempt failed; `answered`: the head of its answer has been recorded. */
  failed(lease: Lease, answered: boolean): void {
    if (!answered) this.record(lease, true, Infinity);
    else if (this.#closed) {
      this.#window.spoil(this.#now());
      this.#look();
    }
  }

  /** The head of an answer came, so many milliseconds after the request was sent. */
  record(lease: Lease, failed: boolean, ms: number): void {
    const { errors, latency } = this.#config;
    const slow = latency !== 0 && ms >= latency;
    if (this.#closed) {
      this.#window.count(this.#now(), failed, slow);
      this.#look();
    } else if (lease === this.#probe) {
      if (slow || (errors !== 0 && failed))
        this.#openAgain(failed ? 'the probe failed' : 'the probe was slow');
      else this.#close();
    }
  }

  /** What a claim is told that it does not admit; the time after which to come again is what is left of the rest. */
  refusal(): GatewayError {
    const seconds = Math.max(1, Math.ceil((this.#restUntil - this.#now()) / 1000));
    if (this.#refusal === null || this.#refusal.retryAfter !== seconds) {
      this.#refusal = new GatewayError('circuit_open', `pool ${this.#pool} is not asked: ${this.#why}`);
      this.#refusal.retryAfter = seconds;
    }
    return this.#refusal;
  }

  status(): BreakerStatus {
    const now = this.#now();
    const resting = this.#prober === null && now < this.#restUntil;
    return {
      state: this.#closed ? 'closed' : resting ? 'open' : 'probing',
      why: this.#why,
      stateMs: now - (this.#closed || resting ? this.#changedAt : this.#restUntil),
      opened: this.#openings,
    };
  }

  #look(): void {
    const { minimum, errors, latency, window } = this.#config;
    const { answers, failed, slow } = this.#window;
    if (answers < minimum || answers === 0) return;
    if (errors !== 0 && failed >= errors * answers)
      this.#open(`${failed} of ${answers} answers within ${formatDuration(window)} were errors`);
    else if (latency !== 0 && slow * 2 > answers)
      this.#open(
        `${slow} of ${answers} answers within ${formatDuration(window)} took ${formatDuration(latency)} or longer`,
      );
  }

  #open(why: string): void {
    this.#rest = this.#config.rest;
    this.#closed = false;
    this.#openings++;
    this.#shut(why);
    this.#log.warn('circuit opened', { pool: this.#pool, reason: why, restMs: this.#rest });
    this.#opened();
  }

  #openAgain(why: string): void {
    this.#rest = Math.min(this.#rest * 2, Math.max(LONGEST_REST, this.#config.rest));
    this.#endProbe();
    this.#shut(why);
    this.#log.warn('circuit stays open', { pool: this.#pool, reason: why, restMs: this.#rest });
    this.#opened();
  }

  #shut(why: string): void {
    this.#why = why;
    this.#refusal = null;
    this.#changedAt = this.#now();
    this.#restUntil = this.#changedAt + this.#rest;
  }

  #close(): void {
    this.#endProbe();
    this.#window.clear();
    this.#closed = true;
    this.#restUntil = Infinity;
    this.#why = '';
    this.#changedAt = this.#now();
    this.#log.info('circuit closed', { pool: this.#pool });
  }

  #endProbe(): void {
    this.#prober = null;
    this.#probe = null;
  }
}
