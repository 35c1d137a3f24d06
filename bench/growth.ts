import { setTimeout as pause } from 'node:timers/promises';
import { groupResident } from './accounting.ts';
import { type Gateway, startGateway } from './gateway.ts';
import type { OpenerState } from './load/messages.ts';
import type { Measurement } from './measurement.ts';
import type { Peer } from './peers/peer.ts';
import type { Bench } from './scenarios/scenario.ts';
import { Station } from './station.ts';

/** Many clients that each make one request and stay. */
export interface Crowd {
  readonly path: string;
  readonly count: number;
  /** Whether their requests are answered, or wait for ever. */
  readonly answered: boolean;
  readonly backendPort: number;
  /** How many requests have reached the backend; undefined: of no interest. */
  readonly atBackend?: () => Promise<number>;
}

const POLL = 200;
const STEADY_READINGS = 5;
const SETTLE_READINGS = 40;

/** Starts a fresh gateway, lets the crowd in, and measures by how much the resident size grew. */
export async function measureGrowth(peer: Peer, bench: Bench, crowd: Crowd): Promise<Measurement> {
  const { folder, fileLimit } = bench;
  const { backendPort } = crowd;
  const gateway = await startGateway(peer.name, folder, lodging =>
    peer.http!({ ...lodging, accessLog: undefined, backendPort, fileLimit, queueing: !crowd.answered }),
  );
  const until = crowd.answered ? 'answered' : 'sent';
  const args = [String(gateway.port), crowd.path, String(crowd.count), until];
  const opener = new Station<OpenerState>('opener', args, folder);
  try {
    return await admit(gateway, opener, crowd);
  } finally {
    await opener.program.stop();
    await gateway.program.stop();
  }
}

async function admit(gateway: Gateway, opener: Station<OpenerState>, crowd: Crowd): Promise<Measurement> {
  const group = gateway.program.pid;
  const warm = await opener.order('warm');
  const before = await settledResident(group);
  await opener.order('open');
  const after = await settledResident(group);
  const atBackend = await crowd.atBackend?.();
  const state = await opener.order('count');
  return {
    figures: {
      growth: (after - before) / crowd.count,
      count: state.open,
      ...(atBackend === undefined ? {} : { atBackend }),
      resident: after / 1024,
    },
    errors: [...complaints(warm, 0, 0), ...complaints(state, crowd.count, crowd.answered ? crowd.count : 0)],
  };
}

/** The resident KiB once they hardly change for a second, or after eight seconds. */
export async function settledResident(group: number): Promise<number> {
  let last = groupResident(group);
  for (let reading = 0, steady = 0; reading < SETTLE_READINGS && steady < STEADY_READINGS; reading++) {
    await pause(POLL);
    const next = groupResident(group);
    steady = Math.abs(next - last) <= last * 0.002 ? steady + 1 : 0;
    last = next;
  }
  return last;
}

function complaints(state: OpenerState, open: number, answered: number): string[] {
  const failures = Object.entries(state.failures).map(([reason, count]) => `${count} × ${reason}`);
  if (failures.length > 0) return failures;
  if (state.open !== open) return [`${state.open} connections open, not ${open}`];
  return state.answered === answered ? [] : [`${state.answered} requests answered, not ${answered}`];
}
