import { LONGEST_DELAY, now } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Endpoint } from '../pool/endpoint.ts';

/** So many are cut in one turn of the event loop: nobody else is to notice. */
const TURN = 64;

/** A moment after which an endpoint that gets nothing new has no tunnel any more: those that are left are cut. */
export class TunnelDeadline {
  /** How many were cut. */
  cut = 0;
  readonly #endpoint: Endpoint;
  readonly #passed: (cut: number) => void;
  readonly #error: GatewayError;
  #timer: NodeJS.Timeout;

  /** In so many milliseconds; `passed` hears how many were cut, unless there were none. */
  constructor(endpoint: Endpoint, limit: number, passed: (cut: number) => void) {
    this.#endpoint = endpoint;
    this.#passed = passed;
    const words = `the time is up that tunnels had when ${endpoint.name} was taken out`;
    this.#error = new GatewayError('tunnel_cut', words);
    this.#timer = setTimeout(() => this.#cutSome(), Math.min(limit, LONGEST_DELAY));
    this.#timer.unref();
  }

  /** Whoever is left stays. */
  callOff(): void {
    clearTimeout(this.#timer);
  }

  #cutSome(): void {
    now();
    let left = TURN;
    for (const tunnel of this.#endpoint.tunnels) {
      if (left-- === 0) break;
      this.#endpoint.tunnels.delete(tunnel);
      this.cut++;
      tunnel.abandon(this.#error);
    }
    if (this.#endpoint.tunnels.size > 0) this.#timer = setTimeout(() => this.#cutSome(), 0);
    else if (this.cut > 0) this.#passed(this.cut);
  }
}
