import type { GatewayStatus } from '../../gateway-status.ts';
import type { AttemptTraffic, EndpointStatus, ExchangeTraffic, PoolStatus } from './shapes.ts';

/** What went by in a second, between two looks. */
export interface Flow {
  readonly requests: number;
  readonly errors: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** An endpoint, its pool, and what went by. */
export interface EndpointFlow extends Flow {
  readonly pool: string;
  readonly endpoint: EndpointStatus;
}

/** A pool and what went by. */
export interface PoolFlow extends Flow {
  readonly pool: PoolStatus;
}

type Traffic = ExchangeTraffic | AttemptTraffic;

/** The flows between two looks at a gateway: the differences of its counters, by its own clock. Without a look before: none. */
export class Flows {
  readonly #before: ReadonlyMap<string, Traffic>;
  readonly #seconds: number;

  constructor(before: GatewayStatus | undefined, after: GatewayStatus) {
    // A process that began anew counts anew.
    const same = before !== undefined && before.pid === after.pid && after.uptime > before.uptime;
    this.#seconds = same ? (after.uptime - before.uptime) / 1000 : 1;
    this.#before = same ? trafficOf(before) : new Map();
  }

  /** Of all pools together. */
  total(status: GatewayStatus): Flow {
    return this.#flow('', status.traffic);
  }

  pools({ pools }: GatewayStatus): PoolFlow[] {
    return pools.map(pool => ({ pool, ...this.#flow(pool.name, pool.exchanges) }));
  }

  endpoints({ pools }: GatewayStatus): EndpointFlow[] {
    return pools.flatMap(pool =>
      pool.endpoints.map(endpoint => ({
        pool: pool.name,
        endpoint,
        ...this.#flow(`${pool.name}/${endpoint.name}`, endpoint.attempts),
      })),
    );
  }

  #flow(key: string, after: Traffic): Flow {
    const before = this.#before.get(key);
    const per = (read: (traffic: Traffic) => number): number =>
      before === undefined ? 0 : Math.max(0, read(after) - read(before)) / this.#seconds;
    return {
      requests: per(({ ended }) => ended),
      errors: per(errorsOf),
      bytesIn: per(({ requestBytes }) => requestBytes),
      bytesOut: per(({ answerBytes }) => answerBytes),
    };
  }
}

function trafficOf({ traffic, pools }: GatewayStatus): Map<string, Traffic> {
  const all = new Map<string, Traffic>([['', traffic]]);
  for (const pool of pools) {
    all.set(pool.name, pool.exchanges);
    for (const { name, attempts } of pool.endpoints) all.set(`${pool.name}/${name}`, attempts);
  }
  return all;
}

function errorsOf({ errors }: Traffic): number {
  return Object.values(errors).reduce((sum, times) => sum + times, 0);
}
