import type { BalanceConfig } from '../../config/config.ts';
import type { Balancer } from './balancer.ts';
import { Fair } from './fair.ts';
import { First } from './first.ts';
import { Hash } from './hash.ts';
import { LeastConn } from './least-conn.ts';
import { LeastTime } from './least-time.ts';
import { Random } from './random.ts';
import { RoundRobin } from './round-robin.ts';

/** The balancer that a configuration names; `random` is uniform in 0 <= x < 1, `now` the monotonic clock. */
export function balancerOf(config: BalanceConfig, random: () => number, now: () => number): Balancer {
  switch (config.kind) {
    case 'round-robin':
      return new RoundRobin();
    case 'least-conn':
      return new LeastConn();
    case 'random':
      return new Random(random);
    case 'least-time':
      return new LeastTime(now);
    case 'fair':
      return new Fair();
    case 'first':
      return new First();
    case 'hash':
      return new Hash();
  }
}
