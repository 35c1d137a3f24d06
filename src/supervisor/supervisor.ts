import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PoolConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Pool } from '../pool/pool.ts';
import { Crew } from './crew.ts';
import { type Plan, planOf } from './plan.ts';
import { prepareDirectory, removeDirectory } from './socket-directory.ts';
import type { WorkerStatus } from './worker.ts';

/** The processes of one pool as a status command shows them: plain, fit for JSON. */
export interface CrewStatus {
  readonly pool: string;
  readonly processes: readonly WorkerStatus[];
}

/** How the applications of pools are started, by the names of the pools. */
export type Plans = ReadonlyMap<string, Plan>;

/** Starts and stops the applications of those pools that have one to be started. */
export class Supervisor {
  readonly #log: Log;
  readonly #crews = new Map<Pool, Crew>();
  /** Those of pools that have none to be started any more, until all their processes have ended. */
  readonly #leaving = new Set<Crew>();
  #started = false;

  /** Has nothing to start yet. */
  constructor(log: Log) {
    this.#log = log;
  }

  /** Looks up what is to be started, and makes room for its sockets; throws an Error that names what is wrong. */
  prepare(configs: readonly PoolConfig[]): Plans {
    const plans = new Map<string, Plan>();
    for (const { name, spawn } of configs) if (spawn !== undefined) plans.set(name, planOf(name, spawn));
    for (const { name, backends } of configs) {
      const plan = plans.get(name);
      if (plan === undefined) continue;
      for (const directory of directoriesOf(backends.map(({ path }) => path)))
        prepareDirectory(directory, plan.account, plan.spawn);
    }
    return plans;
  }

  /**
   * Goes over to plans for pools that have their configurations already. Requests may wait for processes from now on, and
   * once it has started, these are started; processes of what is planned no more end when they have finished.
   */
  follow(pools: Iterable<Pool>, plans: Plans): void {
    for (const pool of pools) {
      const plan = plans.get(pool.name);
      const crew = this.#crews.get(pool);
      if (plan === undefined) this.release(pool);
      else if (crew !== undefined) crew.follow(plan);
      else this.#add(pool, plan);
    }
  }

  /** Starts the least number of processes of each; does not wait until they are ready, requests do. */
  start(): void {
    this.#started = true;
    for (const crew of this.#crews.values()) crew.start();
  }

  /** Has the processes of a pool, if there are any, end when they have finished. */
  release(pool: Pool): void {
    const crew = this.#crews.get(pool);
    if (crew === undefined) return;
    this.#crews.delete(pool);
    this.#leaving.add(crew);
    void crew.disband().then(() => this.#leaving.delete(crew));
  }

  /** Puts new processes in the place of a pool's or of all, one of each pool at a time, while the others serve. */
  async restart(name?: string): Promise<void> {
    const crews = [...this.#crews.values()].filter(({ pool }) => name === undefined || pool.name === name);
    await Promise.all(crews.map(crew => crew.restart()));
  }

  /** Ends all of them: TERM, and KILL after their stop time-out, or after `limit` milliseconds if that is sooner. */
  async stop(limit = Infinity): Promise<void> {
    const crews = [...this.#crews.values(), ...this.#leaving];
    await Promise.all(crews.map(crew => crew.stop(limit)));
    remove(crews.flatMap(({ allSockets }) => allSockets));
  }

  status(): CrewStatus[] {
    const crews = [...this.#crews.values(), ...this.#leaving];
    return crews.map(crew => ({ pool: crew.pool.name, processes: crew.status() }));
  }

  /** Another process may have it by now, of the same pool or of one that has come back by its name. */
  #removeSocket(socket: string): void {
    const isTaken = [...this.#crews.values()].some(({ sockets }) => sockets.includes(socket));
    if (!isTaken) remove([socket]);
  }

  #add(pool: Pool, plan: Plan): void {
    const crew = new Crew(pool, plan, this.#log, socket => this.#removeSocket(socket));
    this.#crews.set(pool, crew);
    if (this.#started) crew.start();
  }
}

function remove(sockets: readonly string[]): void {
  for (const path of sockets) rmSync(path, { force: true });
  for (const directory of directoriesOf(sockets)) removeDirectory(directory);
}

function directoriesOf(sockets: readonly string[]): Set<string> {
  return new Set(sockets.filter(path => path !== '').map(path => dirname(path)));
}
