import { isDeepStrictEqual } from 'node:util';
import { now } from '../clock.ts';
import type { SpawnConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Pool } from '../pool/pool.ts';
import type { Supply } from '../pool/supply.ts';
import { Demand } from './demand.ts';
import type { Plan } from './plan.ts';
import { Worker, type WorkerState, type WorkerStatus } from './worker.ts';

/** How long requests may wait while there are processes that serve, before one more is started; in milliseconds. */
const HESITATION = 20;

/** Processes of a pool that may be starting at once. */
const MOST_STARTING = 4;

/** The workers of one pool: as many as are needed, between `min` and `max`. */
export class Crew implements Supply {
  readonly pool: Pool;
  #plan: Plan;
  #workers: readonly Worker[] = [];
  /** Those whose endpoints leave, until their processes have ended. */
  readonly #retiring = new Map<Worker, Promise<void>>();
  readonly #log: Log;
  readonly #left: (socket: string) => void;
  #demand!: Demand;
  #looking: NodeJS.Timeout | undefined;
  #ticking: NodeJS.Timeout | undefined;
  #rolling: Promise<void> | undefined;
  /** What follows it, if that was asked for. */
  #next: Promise<void> | undefined;
  #working = true;

  /** `left` is called with the path of a socket on which nothing of this crew listens any more. */
  constructor(pool: Pool, plan: Plan, log: Log, left: (socket: string) => void) {
    this.pool = pool;
    this.#plan = plan;
    this.#log = log;
    this.#left = left;
    this.#take(plan);
    pool.supply = this;
  }

  /** Claims may wait for as long as it works: whatever has stopped is started again when it is needed. */
  get expected(): boolean {
    return this.#working;
  }

  /** With nothing that serves, something is started at once; else what is there gets a moment to come free. */
  wanted(): void {
    if (this.#looking !== undefined || !this.#working) return;
    this.#look(this.#count('ready') === 0 ? 0 : HESITATION);
  }

  /** Starts the least number of processes. */
  start(): void {
    this.#keepMinimum();
    this.#tick();
  }

  /**
   * Goes over to another plan and to the endpoints that its pool has by now. Processes that would be started in another way
   * are replaced one at a time; those whose endpoints are gone end when they have finished.
   */
  follow(plan: Plan): void {
    const before = this.#plan;
    this.#plan = plan;
    this.#take(plan);
    this.#tick();
    this.#keepMinimum();
    if (!isDeepStrictEqual(startOf(before), startOf(plan))) void this.restart();
  }

  /** Starts nothing more; resolves when all processes have finished what they have, and ended. */
  async disband(): Promise<void> {
    this.#rest();
    if (this.pool.supply === this) this.pool.supply = null;
    for (const worker of this.#workers) this.#retire(worker);
    this.#workers = [];
    await Promise.all(this.#retiring.values());
  }

  /**
   * Puts a new process in the place of each, one at a time. Calls while that goes on have it done once more when it is over,
   * however many they are.
   */
  restart(): Promise<void> {
    if (this.#rolling === undefined) {
      this.#rolling = this.#roll().finally(() => {
        this.#rolling = undefined;
      });
      return this.#rolling;
    }
    this.#next ??= this.#rolling.then(() => {
      this.#next = undefined;
      return this.restart();
    });
    return this.#next;
  }

  /** TERM to all, KILL after so many milliseconds; resolves when nothing is left. Claims that wait are the pool's to refuse. */
  async stop(limit: number): Promise<void> {
    this.#rest();
    const workers = [...this.#workers, ...this.#retiring.keys()];
    await Promise.all(workers.map(worker => worker.stop(Math.min(limit, this.#spawn.stopTimeout))));
  }

  /** The paths of its sockets, without those of processes that end. */
  get sockets(): string[] {
    return socketsOf(this.#workers);
  }

  /** The paths of all its sockets. */
  get allSockets(): string[] {
    return socketsOf([...this.#workers, ...this.#retiring.keys()]);
  }

  status(): WorkerStatus[] {
    return [...this.#workers, ...this.#retiring.keys()].map(worker => worker.status());
  }

  get #spawn(): SpawnConfig {
    return this.#plan.spawn;
  }

  #take(plan: Plan): void {
    const { present } = this.pool;
    const before = new Map(this.#workers.map(worker => [worker.endpoint, worker]));
    this.#workers = present.map(
      endpoint => before.get(endpoint) ?? new Worker(endpoint, plan, this.#log, () => this.#changed()),
    );
    for (const worker of this.#workers) worker.plan = plan;
    for (const worker of before.values()) if (!this.#workers.includes(worker)) this.#retire(worker);
    this.#demand = new Demand(plan.spawn.idleTimeout, plan.spawn.concurrency);
  }

  #retire(worker: Worker): void {
    const ended = worker.retire(this.#patience).then(() => {
      this.#retiring.delete(worker);
      if (worker.endpoint.path !== '') this.#left(worker.endpoint.path);
    });
    this.#retiring.set(worker, ended);
  }

  #tick(): void {
    clearInterval(this.#ticking);
    this.#ticking = setInterval(() => this.#shrink(), this.#demand.pace);
    this.#ticking.unref();
  }

  #rest(): void {
    this.#working = false;
    clearTimeout(this.#looking);
    clearInterval(this.#ticking);
  }

  #changed(): void {
    if (!this.#working) return;
    this.#keepMinimum();
    if (this.pool.queued > 0) this.wanted();
  }

  #keepMinimum(): void {
    for (const worker of this.#workers) {
      if (this.#live >= this.#spawn.min) return;
      worker.start();
    }
  }

  #look(delay: number): void {
    this.#looking = setTimeout(() => {
      this.#looking = undefined;
      now();
      this.#grow();
    }, delay);
  }

  /** Starts what those who wait would fill, never more at once than serve already, and looks again for as long as they wait. */
  #grow(): void {
    const { queued } = this.pool;
    if (queued === 0 || !this.#working) return;
    if (this.#hasRoom) {
      this.#look(HESITATION);
      return;
    }
    const starting = this.#count('starting');
    const wanted = Math.ceil(queued / this.#spawn.concurrency);
    const most = Math.min(wanted, Math.max(1, this.#count('ready')), MOST_STARTING);
    // What keeps one from running would keep others from it as well.
    if (this.#count('backing off') === 0) this.#startSome(most - starting);
    if (this.#live < this.#workers.length) this.#look(HESITATION);
  }

  #startSome(count: number): void {
    for (const worker of this.#workers) {
      if (count <= 0) return;
      if (worker.state !== 'stopped') continue;
      worker.start();
      count--;
    }
  }

  /** Stops those that all requests of late would have done without, the last ones first. */
  #shrink(): void {
    this.#demand.sample(this.pool.ledger.takePeak());
    if (this.#rolling !== undefined || this.pool.queued > 0) return;
    let surplus = this.#live - Math.max(this.#spawn.min, this.#demand.processes);
    for (const worker of this.#workers.toReversed()) {
      if (surplus <= 0) return;
      if (worker.state !== 'ready' || worker.endpoint.inFlight > 0) continue;
      if (worker.age < this.#spawn.idleTimeout) continue;
      surplus--;
      void worker.drain(this.#patience);
    }
  }

  /** One whose place is taken before it is drained need not be started again. */
  async #roll(): Promise<void> {
    const old = this.#workers.filter(({ state }) => state !== 'stopped' && state !== 'draining');
    const target = old.length;
    for (const worker of old) {
      if (!this.#working) return;
      if (!this.#workers.includes(worker)) continue;
      if (!(await this.#spare(worker)) || !(await this.#replace(worker, target))) {
        this.#log.warn('the application does not come up: its restart ends here, what still runs goes on', {
          pool: this.pool.name,
          process: worker.endpoint.name,
        });
        return;
      }
    }
    this.#log.info('the application was restarted', { pool: this.pool.name, processes: target });
  }

  /** Sees that somebody else serves while this one does not, if there can be anybody; false: there is, but it fails. */
  async #spare(worker: Worker): Promise<boolean> {
    const others = this.#workers.filter(other => other !== worker);
    if (others.some(({ state }) => state === 'ready')) return true;
    const spare = others.find(({ state }) => state === 'stopped');
    if (spare === undefined) return true;
    spare.start();
    return spare.settled();
  }

  async #replace(worker: Worker, target: number): Promise<boolean> {
    await worker.drain(this.#patience);
    if (this.#working && this.#live < target) worker.start();
    return worker.state === 'stopped' || (await worker.settled()) || !this.#working;
  }

  /** Whether requests wait for something that another process would not give them: the gate, or the limit of the pool. */
  get #hasRoom(): boolean {
    return this.#workers.some(({ state, endpoint }) => state === 'ready' && endpoint.up && endpoint.free);
  }

  /** How long a process that drains may take to finish what it has, in milliseconds: as long as an answer may take. */
  get #patience(): number {
    return Math.max(this.#spawn.stopTimeout, this.pool.config.timeouts.response);
  }

  /** Those that serve, or will before long. */
  get #live(): number {
    return this.#count('ready') + this.#count('starting') + this.#count('backing off');
  }

  #count(state: WorkerState): number {
    let count = 0;
    for (const worker of this.#workers) if (worker.state === state) count++;
    return count;
  }
}

function socketsOf(workers: readonly Worker[]): string[] {
  return workers.map(({ endpoint }) => endpoint.path).filter(path => path !== '');
}

/** What of a plan a process gets to know: with the same of it, another process would be no other. */
function startOf({ program, account, spawn }: Plan): unknown {
  const { command, protocol, user, group, directory, environment } = spawn;
  return { program, account, command, protocol, user, group, directory, environment };
}
