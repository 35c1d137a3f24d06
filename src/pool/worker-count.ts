import type { Connection } from '../protocol.ts';

/** How long a connection beyond those that were accepted may take at least to prove itself, in milliseconds. */
const SHORTEST_TRIAL = 5;

/** Between two trials, in milliseconds: doubled each time that one fails. */
const FIRST_PAUSE = 20;
const MOST_PAUSE = 1_000;

/** Answers that take longer on average are not worth waiting for, in milliseconds. */
const QUICK = 10;

/** For how long a slow application is left alone, in milliseconds: doubled each time. */
const FIRST_REST = 2_000;
const MOST_REST = 300_000;

/** Where no worker has come free for so long, answers are slow, whatever they were before, in milliseconds. */
const STANDSTILL = 200;

/** Before that is believed, the event loop gets so many milliseconds to tell of what has come meanwhile. */
const SECOND_LOOK = 20;

/** How much the latest answer counts in the average, once there were some: one pause of the machine is not to decide. */
const SHARE = 0.02;

/**
 * How many workers an application seems to have whose operator did not say it. While answers are quick, a request that
 * finds all of them at work waits in the gateway for one of their connections, which costs less than a new connection
 * that would wait in the application's backlog; now and then one is tried all the same, and if it is accepted there is a
 * worker more. Until requests were seen to wait, and where answers are slow or stay away, nothing is limited.
 */
export class WorkerCount {
  #count = Infinity;
  /** The connection that is on trial. */
  #trial: Connection | null = null;
  #trialSince = 0;
  /** A connection whose trial failed, and that still waits for a worker. */
  #late: Connection | null = null;
  #pause = FIRST_PAUSE;
  #nextTrial = 0;
  /** The average time to an answer on connections that were accepted before, in milliseconds. */
  #answerTime = 0;
  #answers = 0;
  #rest = FIRST_REST;
  #countAgain = -Infinity;
  /** When a worker came free, or got something to do. */
  #movedAt = -Infinity;
  /** When none was seen to have done so for long; before `#movedAt`: that is over. */
  #stillSince = -Infinity;

  /** Whether connections are limited to the workers counted. */
  get known(): boolean {
    return this.#count !== Infinity;
  }

  /** For how many milliseconds a connection may prove itself before it is taken to wait for a worker. */
  get trialTime(): number {
    return Math.max(SHORTEST_TRIAL, 2 * Math.min(this.#answerTime, QUICK));
  }

  /** Whether one more connection may be opened beside so many; `unproven`: whether one of those may not be accepted yet. */
  allows(open: number, unproven: boolean, now: number): boolean {
    if (open < this.#count) return true;
    this.#judge(now);
    if (this.#standsStill(now)) this.#stopCounting(now);
    return open < this.#count || (!unproven && this.#trial === null && now >= this.#nextTrial);
  }

  /** When `allows` may say otherwise though nothing has happened meanwhile; Infinity: never. */
  nextChange(unproven: boolean, now: number): number {
    if (!this.known) return Infinity;
    if (this.#trial !== null) return this.#trialSince + this.trialTime;
    const suspected = this.#stillSince > this.#movedAt;
    const still = suspected ? this.#stillSince + SECOND_LOOK : this.#movedAt + STANDSTILL;
    return Math.max(now + 1, unproven ? still : Math.min(still, this.#nextTrial));
  }

  /** A worker has come free, or has got something to do. */
  moved(now: number): void {
    this.#movedAt = now;
  }

  /** A connection is opened and makes it so many; beyond the count it is on trial. */
  opened(connection: Connection, open: number, now: number): void {
    if (open <= this.#count) {
      this.#movedAt = now;
      return;
    }
    this.#trial = connection;
    this.#trialSince = now;
  }

  /** A connection was accepted. */
  proved(connection: Connection): void {
    if (connection === this.#late) this.#late = null;
    if (connection !== this.#trial) return;
    this.#trial = null;
    this.#count++;
    this.#pause = FIRST_PAUSE;
  }

  /** A connection is gone, and its worker free. */
  closed(connection: Connection, now: number): void {
    this.#movedAt = now;
    if (connection === this.#trial) this.#trial = null;
    if (connection === this.#late) this.#late = null;
  }

  /** An answer began so many milliseconds after its request, on a connection that had been accepted before. */
  answered(milliseconds: number): void {
    this.#answers++;
    this.#answerTime += Math.max(SHARE, 1 / this.#answers) * (milliseconds - this.#answerTime);
  }

  /** A request waits for a worker, beside so many that are at work: from now on they are counted. */
  crowded(accepted: number, now: number): void {
    if (this.known) {
      // One that is late gets the worker of another, and there are as many as before.
      if (this.#trial === null && this.#late === null && this.#count > 1) this.#count--;
    } else if (now >= this.#countAgain) {
      this.#count = Math.max(1, accepted);
      this.#answerTime = 0;
      this.#answers = 0;
      this.#movedAt = now;
      this.#pause = FIRST_PAUSE;
      this.#nextTrial = now;
    }
  }

  /** Another application answers from now on. */
  forget(): void {
    this.#count = Infinity;
    this.#trial = null;
    this.#late = null;
    this.#rest = FIRST_REST;
    this.#countAgain = -Infinity;
  }

  /** Ends a trial that took too long: there is no such worker, or answers are too slow to tell. */
  #judge(now: number): void {
    if (this.#trial === null || now < this.#trialSince + this.trialTime) return;
    this.#late = this.#trial;
    this.#trial = null;
    if (this.#answerTime > QUICK) {
      this.#stopCounting(now);
      return;
    }
    this.#rest = FIRST_REST;
    this.#nextTrial = now + this.#pause;
    this.#pause = Math.min(2 * this.#pause, MOST_PAUSE);
  }

  /** Whether those who are at work have been so for long, and not because the gateway itself was held up. */
  #standsStill(now: number): boolean {
    if (now < this.#movedAt + STANDSTILL) return false;
    if (this.#stillSince <= this.#movedAt) this.#stillSince = now;
    return now >= this.#stillSince + SECOND_LOOK;
  }

  #stopCounting(now: number): void {
    this.#count = Infinity;
    this.#countAgain = now + this.#rest;
    this.#rest = Math.min(2 * this.#rest, MOST_REST);
  }
}
