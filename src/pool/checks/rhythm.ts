import { hashOf } from '../balancers/mix.ts';

/** The share of an interval by which checks come earlier or later than their time, so that gateways do not fall into step. */
const JITTER = 0.1;

/** In a big pool the first checks are spread over so many milliseconds, or an interval if that is shorter. */
const FIRST_ROUND = 1_000;

/** When an endpoint is checked: at a moment of the interval that its name decides, give or take a little. */
export class Rhythm {
  /** A share of the interval, 0 to 1. */
  readonly #phase: number;
  readonly #random: () => number;

  constructor(name: string, random: () => number) {
    this.#phase = hashOf(name) / 2 ** 32;
    this.#random = random;
  }

  /** When an endpoint that has just come is checked. */
  first(now: number, interval: number, spread: boolean): number {
    return spread ? now + this.#phase * Math.min(interval, FIRST_ROUND) : now;
  }

  /** The next moment of its own that is at least half an interval away. */
  next(now: number, interval: number): number {
    const phase = this.#phase * interval;
    const turn = Math.ceil((now + interval / 2 - phase) / interval);
    return turn * interval + phase + (this.#random() - 0.5) * JITTER * interval;
  }
}
