import type { ListenerStatus } from './client/listener-status.ts';
import type { HoldStatus, PoolStatus } from './pool/status.ts';
import type { ExchangeTraffic } from './pool/traffic-status.ts';
import type { NameStatus } from './resolver/question.ts';
import type { CrewStatus } from './supervisor/supervisor.ts';

/** A route as a status command shows it, in the order in which routes are tried. */
export interface RouteStatus {
  readonly name: string;
  readonly pool: string;
  /** Null: it is not held by itself, whether its pool is or not. */
  readonly hold: HoldStatus | null;
}

/** A gateway as a status command shows it: plain, fit for JSON; durations in milliseconds. */
export interface GatewayStatus {
  readonly pid: number;
  readonly uptime: number;
  /** Bytes of memory that the process holds. */
  readonly memory: number;
  /** Whether it takes nothing new and ends when all is finished. */
  readonly draining: boolean;
  /** Requests that were read, and those among them that have not ended. */
  readonly exchanges: { readonly underWay: number; readonly total: number };
  /** All exchanges that have ended, whether their request could be read and belonged to a pool or not. */
  readonly traffic: ExchangeTraffic;
  /** Bytes of bodies that lie on disk, and how many may; null: no limit. */
  readonly spool: { readonly used: number; readonly max: number | null };
  readonly listeners: readonly ListenerStatus[];
  readonly routes: readonly RouteStatus[];
  readonly pools: readonly PoolStatus[];
  /** The names behind pools, and the targets of their SRV records; each once however many pools use it. */
  readonly names: readonly NameStatus[];
  readonly applications: readonly CrewStatus[];
}
