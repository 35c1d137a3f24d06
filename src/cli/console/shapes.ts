import type { GatewayStatus } from '../../gateway-status.ts';

/** The parts of a gateway's status. */
export type PoolStatus = GatewayStatus['pools'][number];
export type EndpointStatus = PoolStatus['endpoints'][number];
export type EndpointState = EndpointStatus['state'];
export type HoldStatus = NonNullable<PoolStatus['hold']>;
export type BreakerStatus = NonNullable<PoolStatus['breaker']>;
export type FallbackStatus = NonNullable<PoolStatus['fallback']>;
export type CopiesStatus = NonNullable<PoolStatus['copies']>;
export type NameStatus = GatewayStatus['names'][number];
export type ExchangeTraffic = PoolStatus['exchanges'];
export type AttemptTraffic = PoolStatus['attempts'];
export type Quantiles = NonNullable<ExchangeTraffic['latency']['whole']>;
