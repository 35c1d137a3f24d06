import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SpawnConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Pool } from '../pool/pool.ts';
import { Crew } from './crew.ts';
import { planOf } from './plan.ts';
import { prepareDirectory, removeDirectory } from './socket-directory.ts';
import type { WorkerStatus } from './worker.ts';

/** The processes of one pool as a status command shows them: plain, fit for JSON. */
export interface CrewStatus {
  readonly pool: string;
  readonly processes: readonly WorkerStatus[];
}

interface Supervised {
  readonly pool: Pool;
  readonly spawn: SpawnConfig;
}

/** Starts and stops the applications of those pools that have one to be started. */
export class Supervisor {
  readonly #supervised: readonly Supervised[];
  readonly #log: Log;
  readonly #crews: Crew[] = [];

  /** Starts nothing yet. */
  constructor(pools: ReadonlyMap<string, Pool>, log: Log) {
    this.#log = log;
    this.#supervised = [...pools.values()].flatMap(pool => {
      const { spawn } = pool.config;
      return spawn === undefined ? [] : [{ pool, spawn }];
    });
  }

  /** Whether there is anything to start. */
  get idle(): boolean {
    return this.#supervised.length === 0;
  }

  /** Looks up what is to be started, and makes room for its sockets; throws an Error that names what is wrong. Requests may wait from now on. */
  prepare(): void {
    const plans = this.#supervised.map(({ pool, spawn }) => ({ pool, plan: planOf(pool.name, spawn) }));
    for (const { pool, plan } of plans) {
      for (const directory of directoriesOf(pool)) prepareDirectory(directory, plan.account, plan.spawn);
      this.#crews.push(new Crew(pool, plan, this.#log));
    }
  }

  /** Starts the least number of processes of each; does not wait until they are ready, requests do. */
  start(): void {
    for (const crew of this.#crews) crew.start();
  }

  /** Puts new processes in the place of a pool's or of all, one of each pool at a time, while the others serve. */
  async restart(name?: string): Promise<void> {
    const crews = this.#crews.filter(({ pool }) => name === undefined || pool.name === name);
    await Promise.all(crews.map(crew => crew.restart()));
  }

  /** Ends all of them: TERM, and KILL after their stop time-out, or after `limit` milliseconds if that is sooner. */
  async stop(limit = Infinity): Promise<void> {
    await Promise.all(this.#crews.map(crew => crew.stop(limit)));
    for (const { pool } of this.#crews) {
      for (const path of socketsOf(pool)) rmSync(path, { force: true });
      for (const directory of directoriesOf(pool)) removeDirectory(directory);
    }
  }

  status(): CrewStatus[] {
    return this.#crews.map(crew => ({ pool: crew.pool.name, processes: crew.status() }));
  }
}

function socketsOf(pool: Pool): string[] {
  return pool.endpoints.map(({ path }) => path).filter(path => path !== '');
}

function directoriesOf(pool: Pool): Set<string> {
  return new Set(socketsOf(pool).map(path => dirname(path)));
}
