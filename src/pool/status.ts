import { formatBalance } from '../config/format-balance.ts';
import type { CopiesStatus } from './copies.ts';
import type { Endpoint } from './endpoint.ts';
import type { FallbackStatus } from './fallback.ts';
import type { Pool } from './pool.ts';
import { attemptTraffic, exchangeTraffic } from './traffic-report.ts';
import type { AttemptTraffic, ExchangeTraffic } from './traffic-status.ts';

/** What an endpoint is doing, in one word; only one that is `up` gets requests in the ordinary way. */
export type EndpointState =
  | 'up'
  | 'ejected'
  | 'probing'
  | 'down'
  | 'draining'
  | 'disabled'
  | 'absent'
  | 'leaving';

/** What the last active check of an endpoint came to. */
export interface CheckStatus {
  readonly passed: boolean;
  /** What was answered, or what went wrong. */
  readonly words: string;
  readonly tookMs: number;
  readonly agoMs: number;
}

/** An endpoint as a status command shows it. */
export interface EndpointStatus {
  readonly name: string;
  /** The backend that it is an address of, as its URL was written. */
  readonly backend: string;
  /** Where it is: `address:port`, or the path of a socket or a script. */
  readonly address: string;
  /** Whether its certificate is checked; null: it is spoken to in the clear. */
  readonly tls: 'verified' | 'insecure' | null;
  readonly state: EndpointState;
  /** Why it is in that state; empty: since it was configured. */
  readonly why: string;
  /** For how long it has been in that state. */
  readonly stateMs: number;
  readonly backup: boolean;
  /** By the priority of its SRV record, 0 where there is none; requests go there while nothing of a lower tier is up. */
  readonly tier: number;
  readonly weight: number;
  /** The part of its weight that it has by now, 0 to 1; less than 1 only while it starts slowly. */
  readonly ramp: number;
  readonly inFlight: number;
  /** Of those in flight, upgraded connections. */
  readonly tunnels: number;
  /** Null: no limit. */
  readonly maxConns: number | null;
  readonly idleConnections: number;
  /**
   * The most connections that the application took out of its backlog at once within the last minute or two: about its
   * number of workers, if it was busy. Null: its connections occupy no worker while they are idle.
   */
  readonly acceptedAtOnce: number | null;
  /** The expected latency; 0: none is known. */
  readonly latencyMs: number;
  /** Failures in a row. */
  readonly fails: number;
  /** What is left of the rest of an ejected endpoint. */
  readonly restMs: number;
  /** Null: it is not checked, or has not been yet. */
  readonly check: CheckStatus | null;
  readonly attempts: AttemptTraffic;
}

/** A closed gate, or one that lets those who waited through little by little, as a status command shows it. */
export interface HoldStatus {
  /** `failing`: its time is up, and requests get 503 until it is ended; `resuming`: it has ended, and some still wait. */
  readonly phase: 'held' | 'failing' | 'resuming';
  /** Who holds: an operator, or a file by its existence. */
  readonly why: string;
  readonly sinceMs: number;
  /** What is left until it ends by itself; null: it does not. */
  readonly leftMs: number | null;
  readonly then: 'resume' | 'fail';
  /** Paths that pass. */
  readonly bypass: readonly string[];
  /** Requests that wait because of it: at the gate, and behind that of a pool that is held those in the queue for a slot. */
  readonly waiting: number;
  /** Requests a second that are let through after it; null: as many as there are slots for. */
  readonly pace: number | null;
}

/** The circuit breaker of a pool as a status command shows it. */
export interface BreakerStatus {
  readonly state: 'closed' | 'open' | 'probing';
  readonly why: string;
  readonly stateMs: number;
  /** How often it has opened. */
  readonly opened: number;
}

/** A pool as a status command shows it: plain, fit for JSON. */
export interface PoolStatus {
  readonly name: string;
  /** As the flag is written: `least-conn`, `hash:client`. */
  readonly balance: string;
  readonly held: boolean;
  /** Null: its gate is open, and nobody waits at it. */
  readonly hold: HoldStatus | null;
  /** Null: it has none. */
  readonly breaker: BreakerStatus | null;
  /** What an operator has changed since the configuration was read, one line each. */
  readonly changes: readonly string[];
  readonly draining: boolean;
  /** Why names leave it without an endpoint; empty: they do not. */
  readonly why: string;
  /** Copies of other pools' requests; null: it gets none. */
  readonly copies: CopiesStatus | null;
  /** Null: no other pool stands in for it. */
  readonly fallback: FallbackStatus | null;
  readonly inFlight: number;
  /** Null: no limit. */
  readonly poolMaxConns: number | null;
  /** Requests that wait, for a slot or at a gate: what `queueLength` bounds. */
  readonly queued: number;
  readonly queueLength: number;
  /** Requests and retries of the last ten seconds. */
  readonly requests: number;
  readonly retries: number;
  /** Leases released a second time: defects of the gateway. */
  readonly doubleReleases: number;
  readonly exchanges: ExchangeTraffic;
  readonly attempts: AttemptTraffic;
  readonly endpoints: readonly EndpointStatus[];
}

/** The present state of a pool; `now` is a moment of clock.ts. */
export function statusOf(pool: Pool, now: number): PoolStatus {
  return {
    name: pool.name,
    balance: formatBalance(pool.config.balance),
    held: pool.held,
    hold: holdOf(pool),
    breaker: pool.breaker?.status() ?? null,
    changes: [],
    draining: pool.draining,
    why: pool.absence?.() ?? '',
    copies: pool.copies?.status() ?? null,
    fallback: fallbackOf(pool),
    inFlight: pool.inFlight,
    poolMaxConns: orNull(pool.config.poolMaxConns),
    queued: pool.waiting,
    queueLength: pool.config.queue.length,
    requests: pool.budget.requests,
    retries: pool.budget.retries,
    doubleReleases: pool.defects.doubleReleases,
    exchanges: exchangeTraffic(pool.exchanges, now),
    attempts: attemptTraffic(pool.attempts, now),
    endpoints: pool.endpoints.map(endpoint => endpointStatus(endpoint, now)),
  };
}

function fallbackOf({
  config: { fallback: name },
  fallback: { active, exchanges },
}: Pool): FallbackStatus | null {
  return name === '' ? null : { pool: name, active, exchanges };
}

function holdOf(pool: Pool): HoldStatus | null {
  const hold = pool.gate.status();
  if (hold === null || !pool.held) return hold;
  return { ...hold, waiting: hold.waiting + pool.queued };
}

function endpointStatus(endpoint: Endpoint, now: number): EndpointStatus {
  const { ledger, index } = endpoint;
  const { state, at, why } = endpoint.standing.state;
  return {
    name: endpoint.name,
    backend: endpoint.backend.url,
    address: endpoint.address,
    tls: endpoint.tls === undefined ? null : endpoint.tls.verified ? 'verified' : 'insecure',
    state,
    why,
    stateMs: Math.round(now - at),
    backup: endpoint.backup,
    tier: endpoint.place.tier,
    weight: endpoint.wholeWeight,
    ramp: Math.round(endpoint.ramp * 100) / 100,
    inFlight: endpoint.inFlight,
    tunnels: endpoint.tunnels.size,
    maxConns: orNull(endpoint.maxConns),
    idleConnections: endpoint.idleConnections,
    acceptedAtOnce: endpoint.acceptedAtOnce,
    latencyMs: Math.round(endpoint.latency(now)) / 1000,
    fails: ledger.fails(index),
    restMs: endpoint.up ? 0 : Math.max(0, Math.ceil(endpoint.health.restUntil - now)),
    check: endpoint.health.examiner?.last(now) ?? null,
    attempts: attemptTraffic(endpoint.traffic, now),
  };
}

/** JSON knows no Infinity. */
function orNull(limit: number): number | null {
  return Number.isFinite(limit) ? limit : null;
}
