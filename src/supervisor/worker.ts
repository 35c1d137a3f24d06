import type { ChildProcess } from 'node:child_process';
import { now } from '../clock.ts';
import type { ErrorKind } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Endpoint, EndpointWatcher } from '../pool/endpoint.ts';
import { ABSENT } from '../pool/ledger.ts';
import { BackOff } from './back-off.ts';
import { listensItself, type Place } from './environment.ts';
import { freePort } from './free-port.ts';
import { launch } from './launch.ts';
import { Output } from './output.ts';
import type { Plan } from './plan.ts';
import { isReady } from './readiness.ts';
import { type Ending, Run } from './run.ts';

/** What a worker is doing. */
export type WorkerState = 'stopped' | 'starting' | 'ready' | 'draining' | 'backing off';

/** A process as a status command shows it. */
export interface WorkerStatus {
  readonly name: string;
  readonly state: WorkerState;
  /** Null: there is no process. */
  readonly pid: number | null;
  /** Processes that were started after the first. */
  readonly restarts: number;
  /** For how long it has been in its state. */
  readonly sinceMs: number;
}

/** Why nobody answers at the endpoint meanwhile. */
const ABSENCES: Readonly<Record<WorkerState, string>> = {
  stopped: 'no process runs',
  starting: 'its process is starting',
  ready: '',
  draining: 'its process is ending',
  'backing off': 'its process has ended',
};

/** Milliseconds between two looks at whether a worker that drains has finished. */
const LOOK = 20;

/** How long the last words of a process that has ended may take to arrive. */
const LAST_WORDS = 100;

/** A process that ends by itself, without an error, before so many milliseconds has not served anybody. */
const SOONEST = 1_000;

/** An endpoint of a pool and the process that serves it: one after the other, as they come and go. */
export class Worker implements EndpointWatcher {
  readonly endpoint: Endpoint;
  #state: WorkerState = 'stopped';
  #since = now();
  #starts = 0;
  #run: Run | null = null;
  /** Whether the present process has been ready, be it now or not. */
  #served = false;
  /** Goes up whenever what is under way is called off. */
  #course = 0;
  #timer: NodeJS.Timeout | undefined;
  #waits: ((ready: boolean) => void)[] = [];
  readonly #backOff = new BackOff();
  #plan: Plan;
  /** Its endpoint is not to be used again. */
  #retired = false;
  readonly #log: Log;
  readonly #changed: () => void;

  /** `changed` is called when it has become ready, and when it has stopped. Its endpoint is absent until then. */
  constructor(endpoint: Endpoint, plan: Plan, log: Log, changed: () => void) {
    this.endpoint = endpoint;
    this.#plan = plan;
    this.#log = log;
    this.#changed = changed;
    endpoint.absent = true;
    endpoint.watcher = this;
  }

  /** How its next process is started. */
  set plan(plan: Plan) {
    this.#plan = plan;
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** For how long it has been in its state, in milliseconds. */
  get age(): number {
    return now() - this.#since;
  }

  status(): WorkerStatus {
    return {
      name: this.endpoint.name,
      state: this.#state,
      pid: this.#run?.pid ?? null,
      restarts: Math.max(0, this.#starts - 1),
      sinceMs: Math.round(this.age),
    };
  }

  /** Starts a process, if there is none. */
  start(): void {
    if (this.#state !== 'stopped' || this.#retired) return;
    this.#enter('starting');
    void this.#bringUp(++this.#course);
  }

  /** Resolves when it has left `starting`: true if it is ready. */
  settled(): Promise<boolean> {
    if (this.#state !== 'starting') return Promise.resolve(this.#state === 'ready');
    return new Promise(resolve => this.#waits.push(resolve));
  }

  /** Takes no new requests, lets those in flight finish for so many milliseconds, and stops. */
  async drain(limit: number): Promise<void> {
    const { endpoint } = this;
    const course = ++this.#course;
    clearTimeout(this.#timer);
    endpoint.leaving = true;
    this.#enter('draining');
    const deadline = now() + limit;
    const busy = (): boolean => !endpoint.standing.gone && endpoint.inFlight > 0;
    while (busy() && now() < deadline && course === this.#course) await rest(LOOK);
    if (course === this.#course) await this.stop(this.#plan.spawn.stopTimeout);
  }

  /** As `drain`, for good: its endpoint leaves the pool. */
  retire(limit: number): Promise<void> {
    this.#retired = true;
    return this.drain(limit);
  }

  /** TERM now, KILL after so many milliseconds; resolves when nothing is left of the process and what it started. */
  async stop(limit: number): Promise<void> {
    const course = ++this.#course;
    clearTimeout(this.#timer);
    this.endpoint.absent = true;
    if (this.#run !== null) {
      this.#enter('draining');
      await this.#run.end(limit);
      // A later call waits for the same end.
      if (course !== this.#course) return;
    }
    this.#run = null;
    if (!this.#retired) this.endpoint.leaving = false;
    this.#enter('stopped');
    this.#changed();
  }

  /** One that refuses connections may be about to end: it gets no more requests until it accepts again. */
  failed(kind: ErrorKind): void {
    if (kind !== 'connection_refused' || this.#state !== 'ready' || this.#run === null) return;
    this.#log.debug('application refuses connections', { ...this.#words, pid: this.#run.pid });
    this.endpoint.absent = true;
    this.#enter('starting', 'its process refuses connections');
    void this.#await(this.#run, this.endpoint, ++this.#course);
  }

  async #bringUp(course: number): Promise<void> {
    try {
      const place = await this.#place();
      if (course !== this.#course) return;
      const run = this.#follow(await launch(this.#plan, place));
      if (course !== this.#course) {
        void run.end(0);
        return;
      }
      this.#run = run;
      this.#served = false;
      this.endpoint.renew(place.port);
      await this.#await(run, place, course);
    } catch (error) {
      if (course === this.#course) this.#fail(0, `cannot be started: ${(error as Error).message}`, {});
    }
  }

  async #place(): Promise<Place> {
    const { host, path } = this.endpoint;
    return { path, port: path === '' ? await freePort(host) : 0 };
  }

  #follow(child: ChildProcess): Run {
    const output = new Output(this.#log, this.#words);
    output.take(child.stdout, 'stdout');
    output.take(child.stderr, 'stderr');
    const run = new Run(child, ending => this.#exited(run, ending, output));
    this.#starts++;
    this.#log.debug('application started', { ...this.#words, pid: run.pid });
    return run;
  }

  /** Until the process accepts connections. */
  async #await(run: Run, { path, port }: Place, course: number): Promise<void> {
    const { startTimeout, stopTimeout } = this.#plan.spawn;
    const door = { host: this.endpoint.host, path, port, inherited: !listensItself(this.#plan.spawn) };
    const ready = await isReady(door, startTimeout, () => course !== this.#course);
    if (course !== this.#course) return;
    if (ready) this.#becomeReady(run);
    else {
      this.#run = null;
      void run.end(stopTimeout);
      this.#fail(run.ranFor, `accepted no connection within ${startTimeout} ms`, {});
    }
  }

  #becomeReady(run: Run): void {
    this.#enter('ready');
    this.#served = true;
    this.#log.info('application is ready', { ...this.#words, pid: run.pid });
    this.endpoint.absent = false;
    this.#changed();
  }

  /** The process has ended; if nobody asked it to, another takes its place. */
  #exited(run: Run, ending: Ending, output: Output): void {
    void run.end(this.#plan.spawn.stopTimeout);
    if (run !== this.#run || this.#state === 'draining') return;
    this.#run = null;
    this.#course++;
    this.endpoint.absent = true;
    if (ending.status === 0 && this.#served && run.ranFor >= SOONEST) {
      this.#log.info('application ended by itself', { ...this.#words, pid: run.pid });
      this.#backOff.reset();
      this.#enter('stopped');
      this.#changed();
      return;
    }
    this.#enter('backing off');
    const course = this.#course;
    // What it said last may still be on its way.
    setTimeout(() => {
      if (course !== this.#course) return;
      this.#fail(run.ranFor - LAST_WORDS, words(ending), { pid: run.pid, ...said(output) });
    }, LAST_WORDS);
  }

  /** Says what went wrong, and rests before another attempt. */
  #fail(ranFor: number, what: string, facts: Readonly<Record<string, string | number>>): void {
    const restMs = this.#backOff.after(ranFor);
    this.#log.warn(`application ${what}`, { ...this.#words, ...facts, restMs });
    this.endpoint.absent = true;
    this.#enter('backing off', `its process ${what}`);
    this.#timer = setTimeout(() => {
      now();
      this.#enter('stopped');
      this.#changed();
    }, restMs);
    this.#timer.unref();
  }

  #enter(state: WorkerState, why: string = ABSENCES[state]): void {
    this.#state = state;
    this.#since = now();
    if (this.endpoint.absent) this.endpoint.standing.set(ABSENT, why);
    if (state === 'starting') return;
    for (const settle of this.#waits.splice(0)) settle(state === 'ready');
  }

  get #words(): { pool: string; process: string } {
    return { pool: this.#plan.pool, process: this.endpoint.name };
  }
}

function words({ status, signal }: Ending): string {
  if (signal !== null) return `was ended by ${signal}`;
  if (status === 0) {
    return 'ended at once, without an error; one that puts itself into the background cannot be supervised: have it stay in the foreground';
  }
  return `ended with status ${status}`;
}

function said(output: Output): { stderr?: string } {
  return output.lastWords === '' ? {} : { stderr: output.lastWords };
}

function rest(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds);
  });
}
