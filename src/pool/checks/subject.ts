import type { CheckConfig } from '../../config/config.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Examiner } from '../health.ts';
import type { CheckStatus } from '../status.ts';
import type { Rhythm } from './rhythm.ts';
import type { Running, Verdict } from './verdict.ts';

/** Who has subjects checked when they are due. */
export interface Schedule {
  /** The present check of a subject, if there is one, is about something that is gone. */
  callOff(subject: Subject): void;
  /** A subject has become due earlier than was known. */
  expedite(subject: Subject): void;
}

/** One endpoint as those see it who check it: when it is due, how its last checks went, and what follows from that. */
export class Subject implements Examiner {
  readonly endpoint: Endpoint;
  readonly rhythm: Rhythm;
  /** When its next check is to begin. */
  due = Infinity;
  /** The present one; null: there is none. */
  running: Running | null = null;
  beganAt = 0;
  /** Whether the endpoint had no room for one request more when it began. */
  beganBusy = false;
  readonly #schedule: Schedule;
  /** Checks of one kind in a row. */
  #passes = 0;
  #fails = 0;
  /** As long as nothing is known of it, it counts as up, but the first check that fails takes it down. */
  #unknown = true;
  #last: Omit<CheckStatus, 'agoMs'> | null = null;
  #lastAt = 0;

  constructor(endpoint: Endpoint, rhythm: Rhythm, schedule: Schedule) {
    this.endpoint = endpoint;
    this.rhythm = rhythm;
    this.#schedule = schedule;
  }

  rests(until: number): void {
    if (until >= this.due) return;
    this.due = until;
    this.#schedule.expedite(this);
  }

  renewed(): void {
    this.#schedule.callOff(this);
    this.#passes = 0;
    this.#fails = 0;
    this.#unknown = true;
    this.due = 0;
    this.#schedule.expedite(this);
  }

  last(now: number): CheckStatus | null {
    if (this.#last === null) return null;
    return { ...this.#last, agoMs: Math.max(0, Math.round(now - this.#lastAt)) };
  }

  /** Takes a verdict in, and tells the endpoint's health what follows. */
  judged({ result, words }: Verdict, check: CheckConfig, now: number): void {
    const passed = result === 'passed';
    this.#last = { passed, words, tookMs: Math.max(0, Math.round(now - this.beganAt)) };
    this.#lastAt = now;
    if (result === 'open') return;
    if (passed) this.#passed(check);
    else this.#failed(words, check);
    this.#unknown = false;
  }

  #passed({ rise }: CheckConfig): void {
    const { health } = this.endpoint;
    this.#fails = 0;
    this.#passes++;
    if (!health.down) health.checkPassed();
    else if (this.#passes >= rise) health.rise(this.#passes);
  }

  #failed(words: string, { fall }: CheckConfig): void {
    const { health } = this.endpoint;
    this.#passes = 0;
    this.#fails++;
    if (!health.down && (this.#unknown || this.#fails >= fall))
      health.fall(`check failed: ${words}`, this.#fails);
  }
}
