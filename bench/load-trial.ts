import { existsSync, truncateSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { groupCpu } from './accounting.ts';
import { checkAnswer, type Gateway } from './gateway.ts';
import type { Column, Measurement } from './measurement.ts';
import type { Trial } from './scenarios/scenario.ts';
import { runWrk } from './wrk.ts';
import type { WrkReport } from './wrk-output.ts';

/** What a load consists of, and who bears it. */
export interface LoadPlan {
  readonly path: string;
  /** What clients speak; undefined: http. */
  readonly scheme?: 'http' | 'https';
  /** Bytes of the answer. */
  readonly length: number;
  readonly connections: number;
  readonly uploads: boolean;
  /** Seconds after which wrk counts an answer as timed out. */
  readonly timeout: number;
  readonly seconds: number;
  /** Seconds that fresh code runs before it is measured. */
  readonly warmUp: number;
  /** Whether answers that failed or came late are one figure among others; otherwise they make the row invalid. */
  readonly countsFailures: boolean;
  /** A folder for what wrk prints. */
  readonly folder: string;
  /** Starts the gateway, and before it what stands behind it; called again when it has fallen. */
  start(): Promise<Gateway>;
  /** Ends what stands behind the gateway. */
  close(): Promise<void>;
}

/** What a load tells of a gateway. */
export const LOAD_COLUMNS: readonly Column[] = [
  { key: 'rate', title: 'requests/s', digits: 0, ratio: true },
  { key: 'p50', title: 'p50 ms', digits: 2, ratio: false },
  { key: 'p99', title: 'p99 ms', digits: 2, ratio: false },
  { key: 'cpu', title: 'CPU µs/request', digits: 1, ratio: true },
  { key: 'busy', title: 'core busy %', digits: 0, ratio: false },
];

const WARM_UP = 2;
const UPLOAD = Buffer.alloc(65_536);
const UPLOAD_SCRIPT = fileURLToPath(new URL('./load/upload.lua', import.meta.url));

/** Keeps its gateway from round to round, so that compiled code stays compiled; a fallen one is started anew. */
export class LoadTrial implements Trial {
  readonly #plan: LoadPlan;
  #gateway: Gateway | undefined;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
  }

  async measure(): Promise<Measurement> {
    const fresh = this.#gateway?.program.alive !== true;
    const gateway = fresh ? await this.#start() : this.#gateway!;
    await this.#warmUp(gateway, fresh ? this.#plan.warmUp : WARM_UP);
    const measurement = await this.#measured(gateway);
    if (existsSync(gateway.accessLog)) truncateSync(gateway.accessLog);
    return measurement;
  }

  async close(): Promise<void> {
    await this.#gateway?.program.stop();
    await this.#plan.close();
  }

  async #start(): Promise<Gateway> {
    const { path, length, uploads, scheme } = this.#plan;
    this.#gateway = await this.#plan.start();
    await checkAnswer(this.#gateway, path, length, uploads ? UPLOAD : undefined, scheme);
    return this.#gateway;
  }

  /** On new connections again and again: what a compiler takes for granted falls when they close. */
  async #warmUp(gateway: Gateway, seconds: number): Promise<void> {
    for (let run = 0; run < Math.max(WARM_UP, seconds); run += WARM_UP) await this.#run(gateway, WARM_UP);
  }

  async #measured(gateway: Gateway): Promise<Measurement> {
    const group = gateway.program.pid;
    const before = groupCpu(group);
    const report = await this.#run(gateway, this.#plan.seconds);
    const cpu = groupCpu(group) - before;
    return {
      figures: {
        rate: report.requestsPerSecond,
        p50: report.p50,
        p99: report.p99,
        cpu: cpu / report.requests,
        busy: cpu / (report.seconds * 10_000),
        failed: report.failures,
      },
      errors: this.#errors(gateway, report),
    };
  }

  #errors(gateway: Gateway, report: WrkReport): string[] {
    const borne = this.#plan.countsFailures && report.requests > report.failures;
    const errors = borne ? [] : [...report.errors];
    if (!gateway.program.alive) errors.push(gateway.program.failure());
    return errors;
  }

  async #run(gateway: Gateway, seconds: number): Promise<WrkReport> {
    const { path, connections, timeout, uploads, folder, scheme = 'http' } = this.#plan;
    const url = `${scheme}://127.0.0.1:${gateway.port}${path}`;
    const script = uploads ? UPLOAD_SCRIPT : undefined;
    try {
      return await runWrk({ url, connections, seconds, timeout, script }, folder);
    } catch (error) {
      throw gateway.program.alive ? error : new Error(gateway.program.failure());
    }
  }
}
