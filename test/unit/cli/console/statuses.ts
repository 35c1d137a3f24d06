import type {
  AttemptTraffic,
  EndpointStatus,
  ExchangeTraffic,
  HoldStatus,
  PoolStatus,
} from '../../../../src/cli/console/shapes.ts';
import type { GatewayStatus } from '../../../../src/gateway-status.ts';

const RATE = { s1: 0, s10: 0, s60: 0 };
const NONE = {
  ended: 0,
  answers: { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 },
  errors: {},
  requestBytes: 0,
  answerBytes: 0,
  rates: { ended: RATE, errors: RATE, requestBytes: RATE, answerBytes: RATE },
};

/** Nothing has passed, but for what a test says. */
export function attempts(said: Partial<AttemptTraffic> = {}): AttemptTraffic {
  return {
    ...NONE,
    connections: { opened: 0, reused: 0, failed: 0 },
    tunnels: { open: 0, total: 0 },
    ejections: 0,
    restorations: 0,
    latency: { firstByte: null },
    ...said,
  };
}

/** Nothing has passed, but for what a test says. */
export function exchanges(said: Partial<ExchangeTraffic> = {}): ExchangeTraffic {
  return {
    ...NONE,
    refused: 0,
    redirected: 0,
    retries: 0,
    queued: 0,
    held: 0,
    tunnels: { open: 0, total: 0 },
    latency: { firstByte: null, whole: null, queue: null },
    ...said,
  };
}

/** So much a second, now and before. */
export function steady(perSecond: number): { s1: number; s10: number; s60: number } {
  return { s1: perSecond, s10: perSecond, s60: perSecond };
}

/** An endpoint that is up and idle, but for what a test says. */
export function endpoint(name: string, said: Partial<EndpointStatus> = {}): EndpointStatus {
  return {
    name,
    backend: `http://${name}`,
    address: name,
    state: 'up',
    why: '',
    stateMs: 60_000,
    backup: false,
    tier: 0,
    weight: 1,
    ramp: 1,
    inFlight: 0,
    tunnels: 0,
    maxConns: null,
    idleConnections: 0,
    acceptedAtOnce: null,
    tls: null,
    latencyMs: 0,
    fails: 0,
    restMs: 0,
    check: null,
    attempts: attempts(),
    ...said,
  };
}

/** A pool that is open and idle, but for what a test says. */
export function pool(
  name: string,
  endpoints: readonly EndpointStatus[],
  said: Partial<PoolStatus> = {},
): PoolStatus {
  return {
    name,
    balance: 'least-conn',
    held: false,
    hold: null,
    breaker: null,
    changes: [],
    draining: false,
    why: '',
    copies: null,
    fallback: null,
    inFlight: 0,
    poolMaxConns: null,
    queued: 0,
    queueLength: 1024,
    requests: 0,
    retries: 0,
    doubleReleases: 0,
    exchanges: exchanges(),
    attempts: attempts(),
    endpoints,
    ...said,
  } as PoolStatus;
}

/** A hold that has no end of its own, but for what a test says. */
export function hold(said: Partial<HoldStatus> = {}): HoldStatus {
  return {
    phase: 'held',
    why: 'an operator',
    sinceMs: 12_000,
    leftMs: null,
    // biome-ignore lint/suspicious/noThenProperty: it is a word of the status, never of a promise
    then: 'resume',
    bypass: [],
    waiting: 0,
    pace: null,
    ...said,
  };
}

/** A gateway that has these pools and nothing else, but for what a test says. */
export function gateway(pools: readonly PoolStatus[], said: Partial<GatewayStatus> = {}): GatewayStatus {
  return {
    pid: 4242,
    uptime: 3_600_000,
    memory: 125_829_120,
    draining: false,
    exchanges: { underWay: 0, total: 0 },
    traffic: exchanges(),
    spool: { used: 0, max: 1_073_741_824 },
    listeners: [{ address: 'http://127.0.0.1:8080', connections: 3, turnedAway: 0, tls: null }],
    routes: [],
    pools,
    names: [],
    applications: [],
    ...said,
  };
}
