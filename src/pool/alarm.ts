import { LONGEST_DELAY, now } from '../clock.ts';

/**
 * One timer for many deadlines: it rings at the earliest moment asked for, or later, never keeps the process alive, and
 * forgets what it was asked for when it rings. Whoever hears it looks at what is due and asks again.
 */
export class Alarm {
  readonly #now: () => number;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Infinity;

  constructor(now: () => number, ring: () => void) {
    this.#now = now;
    this.#ring = ring;
  }

  /** Asks for a ring at a moment of the clock; costs a comparison if one is due before. */
  by(at: number): void {
    if (at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    // A timer may fire up to a millisecond early by the finer clock; at least 1 ms keeps that from being a busy loop.
    const delay = Math.min(Math.max(1, Math.ceil(at - this.#now())), LONGEST_DELAY);
    this.#timer = setTimeout(this.#fire, delay);
    this.#timer.unref();
  }

  /** Forgets everything asked for. */
  off(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#at = Infinity;
  }

  #fire = (): void => {
    now();
    this.off();
    this.#ring();
  };
}
