import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Config, PoolConfig, SpawnConfig } from '../../src/config/config.ts';
import { spawnedBackends } from '../../src/config/spawned-backends.ts';
import { Gateway } from '../../src/gateway.ts';
import type { WorkerStatus } from '../../src/supervisor/worker.ts';
import { afterwards } from './afterwards.ts';
import { makeConfig, type Setting } from './config.ts';
import { MemoryLog } from './memory-log.ts';
import { temporaryFolder } from './socket-path.ts';

const APP = join(import.meta.dirname, 'supervised-app.ts');

/** What a test says of the application that its gateway starts; without a command it is the one for tests. */
export type SpawnSetting = Partial<SpawnConfig>;

/** A whole configuration with one pool, `app`, whose application the gateway starts; its sockets lie below the folder. */
export function spawnConfig(spawn: SpawnSetting, folder: string, setting: Setting = {}): Config {
  const whole: SpawnConfig = {
    command: [process.execPath, APP, '{socket}'],
    protocol: 'http',
    min: 1,
    max: 1,
    concurrency: 1,
    idleTimeout: 60_000,
    startTimeout: 15_000,
    stopTimeout: 5_000,
    user: '',
    group: '',
    directory: '',
    environment: {},
    ...spawn,
  };
  const config = makeConfig({ pools: { app: ['http://127.0.0.1:1'] }, ...setting });
  const pools: PoolConfig[] = config.pools.map(pool => ({
    ...pool,
    spawn: whole,
    backends: spawnedBackends('app', whole, join(folder, 'run')),
  }));
  return { ...config, pools };
}

/** A gateway inside the test's process that starts an application. */
export class SupervisingGateway {
  readonly gateway: Gateway;
  readonly log: MemoryLog;
  readonly folder: string;

  constructor(gateway: Gateway, log: MemoryLog, folder: string) {
    this.gateway = gateway;
    this.log = log;
    this.folder = folder;
  }

  get address(): string {
    return this.gateway.addresses[0]!;
  }

  get processes(): readonly WorkerStatus[] {
    const { applications } = this.gateway.status();
    return applications[0]!.processes;
  }

  /** The states of the processes, in the order of their endpoints. */
  get states(): string {
    return this.processes.map(({ state }) => state).join(' ');
  }

  /** Requests that the application works on. */
  get inFlight(): number {
    const { pools } = this.gateway.status();
    return pools[0]!.inFlight;
  }

  /** The messages of the log that begin so. */
  said(start: string): readonly { readonly message: string; readonly facts: Record<string, unknown> }[] {
    return this.log.messages.filter(({ message }) => message.startsWith(start));
  }

  /** The body of the answer to a GET of its own connection, with the status in front unless it is 200. */
  async get(target: string): Promise<string> {
    const answer = await fetch(this.address + target, { headers: { connection: 'close' } });
    const body = await answer.text();
    return answer.status === 200 ? body : `${answer.status} ${body}`;
  }
}

/** Starts a gateway with an application; both are stopped after the test, which fails if the gateway found a defect in itself. */
export async function supervise(
  t: TestContext,
  spawn: SpawnSetting,
  setting: Setting = {},
): Promise<SupervisingGateway> {
  const log = new MemoryLog();
  const folder = temporaryFolder(t);
  // Applications of other users find their sockets below it.
  chmodSync(folder, 0o711);
  const gateway = new Gateway(spawnConfig(spawn, folder, setting), log);
  afterwards(t, async () => {
    await gateway.stop();
    const defect = log.messages.find(({ level }) => level === 'error');
    if (defect) throw new Error(`the gateway says: ${defect.message} ${JSON.stringify(defect.facts)}`);
  });
  await gateway.start();
  return new SupervisingGateway(gateway, log, folder);
}

/** Whether a process is there and is not merely waiting for its parent to hear of its end. */
export function isRunning(pid: number): boolean {
  return /^[^ZX]$/.test(statOf(pid)[0] ?? '');
}

/** The processes that a process has started and that run. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(other => other > 0 && statOf(other)[1] === String(pid) && isRunning(other));
}

/** State, parent and so on (proc(5)); empty: there is no such process. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
