import { setTimeout as pause } from 'node:timers/promises';
import { startGateway } from '../gateway.ts';
import { settledResident } from '../growth.ts';
import type { OpenerState, OrderingState, PulseState } from '../load/messages.ts';
import type { Measurement } from '../measurement.ts';
import type { Holder, Peer } from '../peers/peer.ts';
import { type Command, Program } from '../program.ts';
import { Station } from '../station.ts';
import type { Bench, Scenario } from './scenario.ts';

const WANTED = 20_000;
/** Files that a program needs besides the connections of the crowd. */
const SPARE_FILES = 100;
/** Requests that the backend of the held pool may have at once: none can be further from its place for another reason. */
const SLOTS = 16;
const HELD_FOR = 10_000;
const PULSE_CLIENTS = 8;
const PULSE_FOR = 5_000;

/** Clients that wait at a held pool, and others whose pool is open. */
export const HOLD: Scenario = {
  name: 'hold-20k',
  title: 'clients of one pool held for 10 s, then resumed, and a few clients of another pool meanwhile',
  columns: [
    { key: 'growth', title: 'KiB/held client', digits: 2, ratio: false },
    { key: 'answered', title: 'answered', digits: 0, ratio: false },
    { key: 'lost', title: 'lost', digits: 0, ratio: false },
    { key: 'displaced', title: 'places out of order', digits: 0, ratio: false },
    { key: 'seconds', title: 's to answer all', digits: 2, ratio: false },
    { key: 'before', title: 'other pool’s p99 ms before', digits: 2, ratio: false },
    { key: 'arriving', title: 'while they come', digits: 2, ratio: false },
    { key: 'held', title: 'while held', digits: 2, ratio: false },
    { key: 'resumed', title: 'while resumed', digits: 2, ratio: false },
    { key: 'after', title: 'after', digits: 2, ratio: false },
  ],
  needs: [],
  takes: peer => peer.holder !== undefined,
  open: (peer, bench) => ({ measure: () => measure(peer, bench), close: async () => {} }),
};

async function measure(peer: Peer, bench: Bench): Promise<Measurement> {
  const { folder, fileLimit, backend } = bench;
  const clients = Math.min(WANTED, fileLimit - SPARE_FILES);
  const ordering = new Station<OrderingState>('ordering-backend', [], folder);
  const { port: heldPort } = await ordering.next();
  let holder: Holder | undefined;
  const gateway = await startGateway(peer.name, folder, lodging => {
    holder = peer.holder!({
      ...lodging,
      fileLimit,
      heldPort,
      otherPort: backend.port,
      slots: SLOTS,
      clients,
    });
    return holder.serve;
  });
  const port = String(gateway.port);
  const pulse = new Station<PulseState>('pulse', [port, '/small', String(PULSE_CLIENTS)], folder);
  const crowd = new Station<OpenerState>('crowd', [port, String(clients)], folder);
  try {
    const trial = new HoldTrial(gateway.program.pid, holder!, crowd, pulse, folder);
    const figures = await trial.run(clients);
    const { displaced, seen } = await ordering.order('count');
    return { figures: { ...figures, displaced }, errors: await trial.errors(clients, seen) };
  } finally {
    for (const { program } of [crowd, pulse, ordering, gateway]) await program.stop();
  }
}

/** One hold from before its begin to after its end. */
class HoldTrial {
  readonly #group: number;
  readonly #holder: Holder;
  readonly #crowd: Station<OpenerState>;
  readonly #pulse: Station<PulseState>;
  readonly #folder: string;

  constructor(
    group: number,
    holder: Holder,
    crowd: Station<OpenerState>,
    pulse: Station<PulseState>,
    folder: string,
  ) {
    this.#group = group;
    this.#holder = holder;
    this.#crowd = crowd;
    this.#pulse = pulse;
    this.#folder = folder;
  }

  async run(clients: number): Promise<Record<string, number>> {
    await pause(PULSE_FOR);
    const before = await this.#during(() => pause(PULSE_FOR));
    const empty = await settledResident(this.#group);
    await order(this.#holder.hold, this.#folder);
    const arriving = await this.#during(async () => {
      await this.#crowd.order('open');
      await this.#crowd.order('ask');
    });
    const held = await this.#during(() => pause(HELD_FOR));
    const full = await settledResident(this.#group);
    let seconds = 0;
    const resumed = await this.#during(async () => {
      const begun = performance.now();
      await order(this.#holder.resume, this.#folder);
      await this.#crowd.order('wait');
      seconds = (performance.now() - begun) / 1000;
    });
    const after = await this.#during(() => pause(PULSE_FOR));
    const { answered } = await this.#crowd.order('count');
    const growth = (full - empty) / clients;
    return { growth, answered, lost: clients - answered, seconds, before, arriving, held, resumed, after };
  }

  async errors(clients: number, seen: number): Promise<string[]> {
    const { failures } = await this.#crowd.order('count');
    const pulse = await this.#pulse.order('end');
    const errors = Object.entries(failures).map(([reason, count]) => `${count} × ${reason}`);
    if (pulse.failures > 0) errors.push(`${pulse.failures} requests of the other pool failed`);
    if (seen !== clients) errors.push(`the backend saw ${seen} requests, not ${clients}`);
    return errors;
  }

  /** The other pool's p99 while something happens. */
  async #during(deed: () => Promise<unknown>): Promise<number> {
    await this.#pulse.order('begin');
    await deed();
    return (await this.#pulse.order('end')).p99;
  }
}

/** Runs a command to its end; throws if it fails. */
async function order(command: Command, folder: string): Promise<void> {
  const program = new Program('order', command, { folder, core: 'load' });
  await program.exited;
  if (program.child.exitCode !== 0) throw new Error(program.failure());
}
