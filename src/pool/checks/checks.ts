import type { CheckConfig, PoolConfig } from '../../config/config.ts';
import type { Log } from '../../log/log.ts';
import { Alarm } from '../alarm.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { Endpoint } from '../endpoint.ts';
import { ABSENT, LEAVING, VACANT } from '../ledger.ts';
import type { Sources } from '../sources.ts';
import { beginCheck } from './begin-check.ts';
import { Rhythm } from './rhythm.ts';
import { type Schedule, Subject } from './subject.ts';
import type { Verdict } from './verdict.ts';

/** So many checks of a pool may be under way at once, or a quarter of its endpoints if that is more. */
const FEW = 8;
const PART = 1 / 4;

/** How soon it is looked again whether there is somebody to be checked, in milliseconds. */
const ABSENCE = 200;

/** Moments are rounded up to these, so that the timer of a big pool need not go off for each endpoint. */
const TICK = 5;

/** What the checks of a pool need of it. */
export interface CheckedPool {
  readonly config: PoolConfig;
  readonly diagnostics: Diagnostics;
}

/** The active checks of one pool: who is due, what is under way, and what follows from it. */
export class Checks implements Schedule {
  readonly #pool: CheckedPool;
  readonly #log: Log;
  readonly #sources: Sources;
  readonly #alarm: Alarm;
  readonly #subjects = new Map<Endpoint, Subject>();
  #check: CheckConfig;
  #underWay = 0;
  #started = false;

  constructor(pool: CheckedPool, check: CheckConfig, log: Log, sources: Sources) {
    this.#pool = pool;
    this.#check = check;
    this.#log = log;
    this.#sources = sources;
    this.#alarm = new Alarm(sources.now, () => this.#ring());
  }

  /** Begins to check. */
  start(): void {
    this.#started = true;
    for (const subject of this.#subjects.values()) subject.due = this.#firstOf(subject);
    this.#ring();
  }

  /** Checks in another way from now on; what is known of the endpoints stays. */
  configure(check: CheckConfig): void {
    if (check === this.#check) return;
    this.#check = check;
    const now = this.#sources.now();
    for (const subject of this.#subjects.values())
      subject.due = Math.min(subject.due, subject.rhythm.next(now, check.interval));
    this.#ring();
  }

  /** Checks these endpoints and no others from now on; what is known of those that were checked before stays. */
  watch(endpoints: readonly Endpoint[]): void {
    const staying = new Set(endpoints);
    for (const endpoint of this.#subjects.keys()) if (!staying.has(endpoint)) this.#drop(endpoint);
    const { random } = this.#sources;
    const added = endpoints
      .filter(endpoint => !this.#subjects.has(endpoint))
      .map(endpoint => new Subject(endpoint, new Rhythm(endpoint.name, random), this));
    for (const subject of added) {
      this.#subjects.set(subject.endpoint, subject);
      subject.endpoint.health.examiner = subject;
    }
    for (const subject of added) subject.due = this.#firstOf(subject);
    this.#ring();
  }

  /** Calls everything off, for good; endpoints that were down are as they would be without checks. */
  stop(): void {
    this.#started = false;
    this.#alarm.off();
    for (const endpoint of this.#subjects.keys()) this.#drop(endpoint);
  }

  expedite({ due }: Subject): void {
    this.#ask(due);
  }

  callOff(subject: Subject): void {
    if (subject.running === null) return;
    subject.running.cancel();
    this.#ended(subject);
    this.#ask(this.#sources.now());
  }

  #firstOf({ rhythm }: Subject): number {
    return rhythm.first(this.#sources.now(), this.#check.interval, this.#subjects.size > FEW);
  }

  #drop(endpoint: Endpoint): void {
    const subject = this.#subjects.get(endpoint);
    this.#subjects.delete(endpoint);
    endpoint.health.examiner = null;
    endpoint.health.unchecked();
    if (subject !== undefined) this.callOff(subject);
  }

  #ask(at: number): void {
    if (this.#started) this.#alarm.by(Math.ceil(at / TICK) * TICK);
  }

  /** Ends what takes too long, begins what is due, the longest overdue first, and asks to be called again. */
  #ring(): void {
    if (!this.#started) return;
    const now = this.#sources.now();
    for (const subject of this.#subjects.values()) if (this.#endOf(subject) <= now) subject.running?.expire();
    const due = [...this.#subjects.values()].filter(
      subject => subject.running === null && subject.due <= now,
    );
    due.sort((a, b) => a.due - b.due);
    for (const subject of due) if (this.#hasRoom) this.#begin(subject, now);
    this.#ask(this.#nextMoment());
  }

  /** When something is to be done even if nothing happens; those for whom there is no room begin when another ends. */
  #nextMoment(): number {
    let next = Infinity;
    for (const subject of this.#subjects.values()) {
      if (subject.running !== null) next = Math.min(next, this.#endOf(subject));
      else if (this.#hasRoom) next = Math.min(next, subject.due);
    }
    return next;
  }

  get #hasRoom(): boolean {
    return this.#underWay < Math.max(FEW, this.#subjects.size * PART);
  }

  #endOf(subject: Subject): number {
    return subject.running === null ? Infinity : subject.beganAt + this.#check.timeout;
  }

  #begin(subject: Subject, now: number): void {
    const { endpoint } = subject;
    if ((endpoint.ledger.state(endpoint.index) & (ABSENT | LEAVING | VACANT)) !== 0) {
      subject.due = now + Math.min(this.#check.interval, ABSENCE);
      return;
    }
    subject.beganAt = now;
    subject.beganBusy = isBusy(endpoint);
    this.#underWay++;
    endpoint.checked = true;
    beginCheck(subject, this.#pool, this.#check, verdict => this.#settle(subject, verdict));
  }

  #ended(subject: Subject): void {
    subject.running = null;
    subject.endpoint.checked = false;
    this.#underWay--;
  }

  #settle(subject: Subject, verdict: Verdict): void {
    const { now } = this.#sources;
    const { endpoint } = subject;
    const wasFull = !this.#hasRoom;
    this.#ended(subject);
    subject.due = Math.max(now(), subject.rhythm.next(subject.beganAt, this.#check.interval));
    const fair = fairly(verdict, subject);
    subject.judged(fair, this.#check, now());
    const { health } = endpoint;
    if (health.resting && health.restUntil > now()) subject.rests(health.restUntil);
    this.#log.debug('endpoint checked', {
      pool: this.#pool.config.name,
      endpoint: endpoint.name,
      result: fair.result,
      words: fair.words,
    });
    this.#ask(wasFull ? now() : subject.due);
  }
}

/** Whether an endpoint has as many requests of ours as it takes. */
function isBusy({ free, crowded }: Endpoint): boolean {
  return !free || crowded;
}

/**
 * A check that waited behind requests of ours until its time was up says nothing: else whoever is merely busy would be taken
 * for broken. No harm is done, since one that is busy gets no more requests.
 */
function fairly(verdict: Verdict, { beganBusy, endpoint }: Subject): Verdict {
  if (verdict.result !== 'late' || !(beganBusy || isBusy(endpoint))) return verdict;
  return { result: 'open', words: `${verdict.words}, but it was busy with as many requests as it takes` };
}
