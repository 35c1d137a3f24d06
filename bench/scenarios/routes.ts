import { BODIES } from '../backend.ts';
import { startGateway } from '../gateway.ts';
import { LOAD_COLUMNS, LoadTrial } from '../load-trial.ts';
import type { Peer, RoutesSetup } from '../peers/peer.ts';
import type { Bench, Scenario } from './scenario.ts';

const CONNECTIONS = 64;
const TIMEOUT = 5;
const PATH = '/small';

/** Scenarios that tell what it costs to find one of many routes. */
export const ROUTES: readonly Scenario[] = [routes(0), routes(10), routes(1000)];

function routes(number: number): Scenario {
  return {
    name: `routes-${number}`,
    title: `GET of 49 bytes, ${number === 0 ? 'no routes' : `the last of ${number} routes`}`,
    columns: LOAD_COLUMNS,
    needs: [],
    takes: peer => peer.routes !== undefined,
    open: (peer, bench) =>
      new LoadTrial({
        path: PATH,
        length: BODIES[PATH]!,
        connections: CONNECTIONS,
        uploads: false,
        timeout: TIMEOUT,
        seconds: bench.seconds,
        warmUp: peer.warmUp,
        countsFailures: false,
        folder: bench.folder,
        start: () => start(peer, bench, routesOf(number)),
        close: async () => {},
      }),
  };
}

/** Half of them by host and path; of the others the last is the one for what is asked. */
function routesOf(number: number): Pick<RoutesSetup, 'hosts' | 'paths'> {
  const half = number / 2;
  const apps = Array.from({ length: half }, (_, i) => `/app-${i}`);
  return {
    hosts: apps.map((path, i) => ({ host: `host-${i}.example.com`, path })),
    paths: number === 0 ? [] : [...apps.slice(1), PATH],
  };
}

function start(peer: Peer, bench: Bench, routes: Pick<RoutesSetup, 'hosts' | 'paths'>) {
  const { folder, backend, fileLimit } = bench;
  return startGateway(peer.name, folder, lodging =>
    peer.routes!({
      ...lodging,
      ...routes,
      accessLog: undefined,
      backendPort: backend.port,
      queueing: false,
      fileLimit,
    }),
  );
}
