import { Alarm } from './alarm.ts';

/** The share of its weight that an endpoint begins with, and by which it grows. */
const FIRST = 0.1;
const STEP = 0.05;

/** How an endpoint that is new or back gets its weight little by little: a tenth at once, all of it after some time. */
export class SlowStart {
  /** The share of its weight that it has at present. */
  share = 1;
  readonly #now: () => number;
  readonly #changed: () => void;
  readonly #alarm: Alarm;
  #startedAt = 0;
  #duration = 0;

  /** `changed` is called whenever `share` is another. */
  constructor(now: () => number, changed: () => void) {
    this.#now = now;
    this.#changed = changed;
    this.#alarm = new Alarm(now, () => this.#step());
  }

  /** Begins, or begins anew; `duration` in milliseconds, 0: it has its whole weight. */
  begin(duration: number): void {
    this.#alarm.off();
    this.#duration = duration;
    this.#startedAt = this.#now();
    this.#step();
  }

  /** Ends with the whole weight. */
  end(): void {
    this.begin(0);
  }

  #step(): void {
    const passed = this.#now() - this.#startedAt;
    const whole = Math.round((1 - FIRST) / STEP);
    const steps = passed >= this.#duration ? whole : Math.floor((passed / this.#duration) * whole);
    const share = steps === whole ? 1 : FIRST + steps * STEP;
    if (steps < whole) this.#alarm.by(this.#startedAt + ((steps + 1) / whole) * this.#duration);
    if (share === this.share) return;
    this.share = share;
    this.#changed();
  }
}
