import type { PoolConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Ledger } from './ledger.ts';
import type { Traffic } from './traffic.ts';

/** What a pool gives to each of its endpoints. */
export interface Surroundings {
  readonly config: PoolConfig;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly now: () => number;
  /** What all endpoints together count. */
  readonly attempts: Traffic;
  /** An endpoint may be used now, or may not any more. */
  readonly changed: () => void;
}
