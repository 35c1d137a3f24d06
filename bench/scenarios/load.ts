import { truncateSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { groupCpu } from '../accounting.ts';
import { BODIES } from '../backend.ts';
import { checkAnswer, type Gateway, startGateway } from '../gateway.ts';
import type { Column, Measurement } from '../measurement.ts';
import type { Peer } from '../peers/peer.ts';
import { runWrk } from '../wrk.ts';
import type { WrkReport } from '../wrk-output.ts';
import type { Bench, Scenario, Trial } from './scenario.ts';

const CONNECTIONS = 64;
const WARM_UP = 2;
const UPLOAD_SCRIPT = fileURLToPath(new URL('../load/upload.lua', import.meta.url));

const COLUMNS: readonly Column[] = [
  { key: 'rate', title: 'requests/s', digits: 0, ratio: true },
  { key: 'p50', title: 'p50 ms', digits: 2, ratio: false },
  { key: 'p99', title: 'p99 ms', digits: 2, ratio: false },
  { key: 'cpu', title: 'CPU µs/request', digits: 1, ratio: true },
  { key: 'busy', title: 'core busy %', digits: 0, ratio: false },
];

interface LoadShape {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly uploads?: boolean;
  readonly logged?: boolean;
}

/** Scenarios that keep a peer as busy as it gets and measure rate, latency and CPU time. */
export const LOADS: readonly Scenario[] = [
  load({ name: 'http-small', title: `GET of 49 bytes, ${CONNECTIONS} connections`, path: '/small' }),
  load({ name: 'http-small-log', title: 'the same with an access log', path: '/small', logged: true }),
  load({ name: 'http-10k', title: `GET of 10 KiB, ${CONNECTIONS} connections`, path: '/10k' }),
  load({ name: 'http-1m', title: `GET of 1 MiB, ${CONNECTIONS} connections`, path: '/1m' }),
  load({
    name: 'upload',
    title: `POST of 64 KiB, ${CONNECTIONS} connections`,
    path: '/upload',
    uploads: true,
  }),
];

function load(shape: LoadShape): Scenario {
  return {
    name: shape.name,
    title: shape.title,
    columns: COLUMNS,
    takes: peer =>
      peer.onlySmall === true ? shape.name === 'http-small' : peer.logs || shape.logged !== true,
    open: (peer, bench) => new LoadTrial(shape, peer, bench),
  };
}

/** Keeps its gateway from round to round, so that compiled code stays compiled; a fallen one is started anew. */
class LoadTrial implements Trial {
  readonly #shape: LoadShape;
  readonly #peer: Peer;
  readonly #bench: Bench;
  #gateway: Gateway | undefined;

  constructor(shape: LoadShape, peer: Peer, bench: Bench) {
    this.#shape = shape;
    this.#peer = peer;
    this.#bench = bench;
  }

  async measure(): Promise<Measurement> {
    const fresh = this.#gateway?.program.alive !== true;
    const gateway = fresh ? await this.#start() : this.#gateway!;
    await this.#run(gateway, fresh ? Math.max(WARM_UP, this.#peer.warmUp) : WARM_UP);
    const measurement = await this.#measured(gateway);
    if (gateway.accessLog !== undefined) truncateSync(gateway.accessLog);
    return measurement;
  }

  async close(): Promise<void> {
    await this.#gateway?.program.stop();
  }

  async #start(): Promise<Gateway> {
    const { folder, backend, fileLimit } = this.#bench;
    const { path, logged = false, uploads = false } = this.#shape;
    const options = { parent: folder, backendPort: backend.port, fileLimit, logged, queueing: false };
    this.#gateway = await startGateway(this.#peer, options);
    await checkAnswer(this.#gateway, path, BODIES[path]!, uploads ? Buffer.alloc(65_536) : undefined);
    return this.#gateway;
  }

  async #measured(gateway: Gateway): Promise<Measurement> {
    const group = gateway.program.pid;
    const before = groupCpu(group);
    const report = await this.#run(gateway, this.#bench.seconds);
    const cpu = groupCpu(group) - before;
    const errors = gateway.program.alive ? report.errors : [...report.errors, gateway.program.failure()];
    return {
      figures: {
        rate: report.requestsPerSecond,
        p50: report.p50,
        p99: report.p99,
        cpu: cpu / report.requests,
        busy: cpu / (report.seconds * 10_000),
      },
      errors,
    };
  }

  async #run(gateway: Gateway, seconds: number): Promise<WrkReport> {
    const url = `http://127.0.0.1:${gateway.port}${this.#shape.path}`;
    const script = this.#shape.uploads === true ? UPLOAD_SCRIPT : undefined;
    try {
      return await runWrk({ url, connections: CONNECTIONS, seconds, script }, this.#bench.folder);
    } catch (error) {
      throw gateway.program.alive ? error : new Error(gateway.program.failure());
    }
  }
}
