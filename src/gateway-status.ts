import type { PoolStatus } from './pool/status.ts';
import type { CrewStatus } from './supervisor/supervisor.ts';

/** A listener as a status command shows it. */
export interface ListenerStatus {
  readonly address: string;
  readonly connections: number;
}

/** A gateway as a status command shows it: plain, fit for JSON; durations in milliseconds. */
export interface GatewayStatus {
  readonly uptime: number;
  readonly exchanges: { readonly underWay: number; readonly total: number };
  readonly spool: { readonly used: number; readonly max: number };
  readonly listeners: readonly ListenerStatus[];
  readonly pools: readonly PoolStatus[];
  readonly applications: readonly CrewStatus[];
}
