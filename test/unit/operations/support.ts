import { Holds } from '../../../src/operations/holds.ts';
import { Operations } from '../../../src/operations/operations.ts';
import { Pool } from '../../../src/pool/pool.ts';
import { Pools } from '../../../src/pools.ts';
import { makeConfig, type Setting } from '../../support/config.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { FakeClaim, FakeProtocol } from '../pool/support.ts';

/** Pools whose connections are fakes, and the orders for them. */
export class Subject {
  readonly log = new MemoryLog();
  readonly pools: Pools;
  readonly config;
  readonly orders: Operations;

  constructor(setting: Setting) {
    this.config = makeConfig(setting);
    const protocol = new FakeProtocol();
    this.pools = new Pools(this.config.pools, {
      make: config => new Pool(config, () => protocol, this.log),
      changed: () => {},
      finished: () => {},
    });
    const { pools, config, log } = this;
    const unwanted = () => Promise.reject(new Error('nobody asked for it'));
    const holds = new Holds(
      () => pools.byName,
      () => [],
      log,
    );
    const gateway = { pools, config, log, holds, status: never, restartApplications: unwanted };
    this.orders = new Operations(gateway, { reload: unwanted, upgrade: unwanted, stop: never });
  }

  pool(name = 'default'): Pool {
    return this.pools.byName.get(name)!;
  }

  /** A claim that has asked a pool for a lease. */
  claim(pool = 'default'): FakeClaim {
    const claim = new FakeClaim();
    this.pool(pool).acquire(claim);
    return claim;
  }

  /** The names of the endpoints of a pool. */
  names(pool = 'default'): string {
    return this.pool(pool)
      .present.map(({ name }) => name)
      .join(' ');
  }
}

function never(): never {
  throw new Error('nobody asked for it');
}
