import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Pools } from '../pools.ts';

/** What orders are carried out on. */
export interface Governed {
  readonly pools: Pools;
  /** As it was read, without what orders have changed since. */
  readonly config: Config;
  readonly log: Log;
}
