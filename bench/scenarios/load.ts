import { BODIES } from '../backend.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import { LOAD_COLUMNS, LoadTrial } from '../load-trial.ts';
import type { Peer } from '../peers/peer.ts';
import type { Bench, Scenario } from './scenario.ts';

const CONNECTIONS = 64;
const TIMEOUT = 5;

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
    columns: LOAD_COLUMNS,
    needs: [],
    takes: peer => peer.http !== undefined && fits(peer, shape),
    open: (peer, bench) =>
      new LoadTrial({
        path: shape.path,
        length: BODIES[shape.path]!,
        connections: CONNECTIONS,
        uploads: shape.uploads === true,
        timeout: TIMEOUT,
        seconds: bench.seconds,
        warmUp: peer.warmUp,
        countsFailures: false,
        folder: bench.folder,
        start: () => start(peer, bench, shape.logged === true),
        close: async () => {},
      }),
  };
}

function fits(peer: Peer, shape: LoadShape): boolean {
  return peer.onlySmall === true ? shape.name === 'http-small' : peer.logs || shape.logged !== true;
}

function start(peer: Peer, { folder, backend, fileLimit }: Bench, logged: boolean): Promise<Gateway> {
  return startGateway(peer.name, folder, lodging =>
    peer.http!({
      ...lodging,
      accessLog: logged ? lodging.accessLog : undefined,
      backendPort: backend.port,
      queueing: false,
      fileLimit,
    }),
  );
}
