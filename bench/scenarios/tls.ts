import { setTimeout as pause } from 'node:timers/promises';
import { groupCpu } from '../accounting.ts';
import { BODIES } from '../backend.ts';
import { certificateIn } from '../certificate.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import type { HandshakesState } from '../load/messages.ts';
import { LOAD_COLUMNS, LoadTrial } from '../load-trial.ts';
import type { Column, Measurement } from '../measurement.ts';
import type { Peer } from '../peers/peer.ts';
import { Station } from '../station.ts';
import type { Bench, Scenario, Trial } from './scenario.ts';

const CONNECTIONS = 64;
const TIMEOUT = 5;
/** Clients that connect again and again: enough to keep a core busy. */
const VISITORS = 16;

const COLUMNS: readonly Column[] = [
  { key: 'rate', title: 'connections/s', digits: 0, ratio: true },
  { key: 'p50', title: 'p50 ms', digits: 2, ratio: false },
  { key: 'p99', title: 'p99 ms', digits: 2, ratio: false },
  { key: 'cpu', title: 'CPU µs/connection', digits: 0, ratio: true },
  { key: 'busy', title: 'core busy %', digits: 0, ratio: false },
  { key: 'resumed', title: 'resumed %', digits: 0, ratio: false },
];

/** Scenarios with clients that speak TLS. */
export const TLS: readonly Scenario[] = [
  {
    name: 'tls-small',
    title: `GET of 49 bytes over ${CONNECTIONS} kept connections with TLS`,
    columns: LOAD_COLUMNS,
    needs: ['openssl'],
    takes: peer => peer.tls !== undefined,
    open: (peer, bench) =>
      new LoadTrial({
        path: '/small',
        scheme: 'https',
        length: BODIES['/small']!,
        connections: CONNECTIONS,
        uploads: false,
        timeout: TIMEOUT,
        seconds: bench.seconds,
        warmUp: peer.warmUp,
        countsFailures: false,
        folder: bench.folder,
        start: () => start(peer, bench),
        close: async () => {},
      }),
  },
  handshakes('tls-new', 'a new connection with a whole TLS 1.3 handshake for each GET', 'new'),
  handshakes('tls-resumed', 'a new connection that resumes a TLS 1.3 session for each GET', 'resumed'),
];

function handshakes(name: string, title: string, how: 'new' | 'resumed'): Scenario {
  return {
    name,
    title,
    columns: COLUMNS,
    needs: ['openssl'],
    takes: peer => peer.tls !== undefined,
    open: (peer, bench) => new HandshakeTrial(peer, bench, how),
  };
}

/** Keeps its gateway from round to round, so that compiled code stays compiled. */
class HandshakeTrial implements Trial {
  readonly #peer: Peer;
  readonly #bench: Bench;
  readonly #how: 'new' | 'resumed';
  #gateway: Gateway | undefined;

  constructor(peer: Peer, bench: Bench, how: 'new' | 'resumed') {
    this.#peer = peer;
    this.#bench = bench;
    this.#how = how;
  }

  async measure(): Promise<Measurement> {
    const { folder, seconds } = this.#bench;
    const fresh = this.#gateway?.program.alive !== true;
    this.#gateway = fresh ? await start(this.#peer, this.#bench) : this.#gateway!;
    const { port, program } = this.#gateway;
    const args = [String(port), '/small', String(VISITORS), this.#how];
    const visitors = new Station<HandshakesState>('handshakes', args, folder);
    try {
      await pause(1000 * (fresh ? Math.max(2, this.#peer.warmUp / 2) : 2));
      await visitors.order('begin');
      const before = groupCpu(program.pid);
      const begunAt = performance.now();
      await pause(1000 * seconds);
      const state = await visitors.order('end');
      const elapsed = (performance.now() - begunAt) / 1000;
      return measurement(state, groupCpu(program.pid) - before, elapsed);
    } finally {
      await visitors.program.stop();
    }
  }

  async close(): Promise<void> {
    await this.#gateway?.program.stop();
  }
}

function measurement(
  { count, p50, p99, resumed, failures }: HandshakesState,
  cpu: number,
  seconds: number,
): Measurement {
  return {
    figures: {
      rate: count / seconds,
      p50,
      p99,
      cpu: cpu / count,
      busy: cpu / (seconds * 10_000),
      resumed: (100 * resumed) / count,
    },
    errors: Object.entries(failures).map(([reason, times]) => `${times} × ${reason}`),
  };
}

function start(peer: Peer, { folder, backend, fileLimit }: Bench): Promise<Gateway> {
  const certificate = certificateIn(folder);
  return startGateway(peer.name, folder, lodging =>
    peer.tls!({
      ...lodging,
      accessLog: undefined,
      backendPort: backend.port,
      queueing: false,
      fileLimit,
      certificate,
    }),
  );
}
