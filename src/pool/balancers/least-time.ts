import type { Endpoint } from '../endpoint.ts';
import type { Balancer } from './balancer.ts';
import { SmoothRotation } from './smooth-rotation.ts';

/**
 * The least expected wait: peak-sensitive latency times the requests that would be in flight, by weight. An endpoint
 * without a sample gets one request at once, and counts as average until that has answered.
 */
export class LeastTime implements Balancer {
  readonly #now: () => number;
  readonly #rotation = new SmoothRotation();
  readonly #waits: number[] = [];
  readonly #equals: Endpoint[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  pick(candidates: readonly Endpoint[]): Endpoint {
    const least = this.#estimate(candidates);
    let n = 0;
    for (let i = 0; i < candidates.length; i++)
      if (this.#waits[i] === least) this.#equals[n++] = candidates[i]!;
    if (n === 1) return this.#equals[0]!;
    this.#equals.length = n;
    return this.#rotation.next(this.#equals);
  }

  /** Notes each candidate's expected wait and returns the least. */
  #estimate(candidates: readonly Endpoint[]): number {
    const average = this.#latencies(candidates);
    let least = Infinity;
    for (let i = 0; i < candidates.length; i++) {
      const { inFlight, weight } = candidates[i]!;
      let latency = this.#waits[i]!;
      if (latency === 0 && inFlight > 0) latency = average;
      const wait = (latency * (inFlight + 1)) / weight;
      this.#waits[i] = wait;
      if (wait < least) least = wait;
    }
    return least;
  }

  /** Notes each candidate's latency, 0 if unknown, and returns the average of the known ones, 1 if there are none. */
  #latencies(candidates: readonly Endpoint[]): number {
    const at = this.#now();
    let sum = 0;
    let known = 0;
    for (let i = 0; i < candidates.length; i++) {
      const latency = candidates[i]!.latency(at);
      this.#waits[i] = latency;
      sum += latency;
      if (latency > 0) known++;
    }
    return known === 0 ? 1 : sum / known;
  }
}
