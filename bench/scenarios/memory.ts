import { measureGrowth } from '../growth.ts';
import type { HoldingState } from '../load/messages.ts';
import type { Column, Measurement } from '../measurement.ts';
import type { Peer } from '../peers/peer.ts';
import { Station } from '../station.ts';
import type { Bench, Scenario } from './scenario.ts';

const IDLE_WANTED = 10_000;
const HELD_WANTED = 5_000;
/** Files that a program needs besides its connections. */
const SPARE_FILES = 500;

const RESIDENT: Column = { key: 'resident', title: 'resident MiB in all', digits: 1, ratio: false };

/** Idle keep-alive connections of clients, each after one answered request. */
const idle: Scenario = {
  name: 'idle',
  title: 'memory that an idle keep-alive client connection takes',
  columns: [
    { key: 'growth', title: 'KiB/connection', digits: 2, ratio: true },
    { key: 'count', title: 'connections', digits: 0, ratio: false },
    RESIDENT,
  ],
  needs: [],
  takes: peer => peer.http !== undefined && peer.onlySmall !== true,
  open: (peer, bench) => ({ measure: () => measureIdle(peer, bench), close: async () => {} }),
};

/** Requests in flight, waiting for a backend that does not answer. */
const held: Scenario = {
  name: 'held',
  title: 'memory that a waiting request takes, client connection included',
  columns: [
    { key: 'growth', title: 'KiB/request', digits: 2, ratio: true },
    { key: 'count', title: 'requests', digits: 0, ratio: false },
    { key: 'atBackend', title: 'of them at the backend', digits: 0, ratio: false },
    RESIDENT,
  ],
  needs: [],
  takes: peer => peer.http !== undefined && peer.onlySmall !== true,
  open: (peer, bench) => ({ measure: () => measureHeld(peer, bench), close: async () => {} }),
};

/** Scenarios that measure how the resident size of a fresh gateway grows with what clients leave open. */
export const MEMORY: readonly Scenario[] = [idle, held];

function measureIdle(peer: Peer, bench: Bench): Promise<Measurement> {
  const count = Math.min(IDLE_WANTED, bench.fileLimit - SPARE_FILES);
  return measureGrowth(peer, bench, {
    path: '/small',
    count,
    answered: true,
    backendPort: bench.backend.port,
  });
}

/** Twice the files: a gateway without a queue holds a connection to the backend for each request. */
async function measureHeld(peer: Peer, bench: Bench): Promise<Measurement> {
  const count = Math.min(HELD_WANTED, (bench.fileLimit - SPARE_FILES) >> 1);
  const backend = new Station<HoldingState>('holding-backend', [], bench.folder);
  try {
    const { port } = await backend.next();
    return await measureGrowth(peer, bench, {
      path: '/held',
      count,
      answered: false,
      backendPort: port,
      atBackend: async () => (await backend.order('count')).held,
    });
  } finally {
    await backend.program.stop();
  }
}
