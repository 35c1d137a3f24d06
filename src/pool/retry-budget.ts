import { now as monotonic } from '../clock.ts';

/** Seconds that the window spans, each with its own count. */
const SECONDS = 10;

/** Retries in a window that are always allowed, so that little traffic can fail over: three a second. */
const FLOOR = 3 * SECONDS;

/**
 * The share of the last ten seconds' traffic that may be retries: when backends fail, retries must not multiply the
 * load. A share of 0 allows none at all; any other allows thirty in ten seconds whatever the traffic.
 */
export class RetryBudget {
  #share: number;
  readonly #now: () => number;
  readonly #requests = new Array<number>(SECONDS).fill(0);
  readonly #retries = new Array<number>(SECONDS).fill(0);
  #second = 0;
  #requestsInWindow = 0;
  #retriesInWindow = 0;

  constructor(share: number, now: () => number = monotonic) {
    this.#share = share;
    this.#now = now;
    this.#second = Math.floor(now() / 1000);
  }

  set share(share: number) {
    this.#share = share;
  }

  /** Requests in the window. */
  get requests(): number {
    this.#advance(this.#now());
    return this.#requestsInWindow;
  }

  /** Retries in the window. */
  get retries(): number {
    this.#advance(this.#now());
    return this.#retriesInWindow;
  }

  /** Counts an exchange, once however many attempts it takes; `at`: the present moment of clock.ts, if known. */
  request(at: number = this.#now()): void {
    this.#advance(at);
    this.#requests[this.#second % SECONDS]!++;
    this.#requestsInWindow++;
  }

  /** Whether one retry more would be within the budget. */
  allows(): boolean {
    this.#advance(this.#now());
    if (this.#share <= 0) return false;
    return this.#retriesInWindow < Math.max(FLOOR, this.#share * this.#requestsInWindow);
  }

  /** Counts a retry if the budget allows it; false: it does not. */
  tryRetry(): boolean {
    if (!this.allows()) return false;
    this.#retries[this.#second % SECONDS]!++;
    this.#retriesInWindow++;
    return true;
  }

  #advance(at: number): void {
    const second = Math.floor(at / 1000);
    if (second <= this.#second) return;
    const first = Math.max(this.#second + 1, second - SECONDS + 1);
    for (let passed = first; passed <= second; passed++) {
      const slot = passed % SECONDS;
      this.#requestsInWindow -= this.#requests[slot]!;
      this.#retriesInWindow -= this.#retries[slot]!;
      this.#requests[slot] = 0;
      this.#retries[slot] = 0;
    }
    this.#second = second;
  }
}
