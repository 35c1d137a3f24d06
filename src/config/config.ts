/** The configuration as the gateway uses it: checked, complete, durations in milliseconds, sizes in bytes. */
export interface Config {
  readonly listen: readonly ListenConfig[];
  readonly pools: readonly PoolConfig[];
  /** The first that matches wins; what none matches goes to the pool `default`, and without routes to the only pool. */
  readonly routes: readonly RouteConfig[];
  readonly limits: LimitsConfig;
  readonly client: ClientConfig;
  /** Networks in CIDR notation whose X-Forwarded-*, Forwarded and X-Request-Id are believed. */
  readonly trustProxy: readonly string[];
  readonly log: LogConfig;
  /** How long a drain may take before what is left is cut. */
  readonly shutdownTimeout: number;
}

export type ListenConfig =
  | { readonly kind: 'tcp'; readonly host: string | undefined; readonly port: number; readonly text: string }
  | { readonly kind: 'unix'; readonly path: string; readonly text: string };

export interface BackendConfig {
  /** The URL without its options, as written. */
  readonly url: string;
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** Of a unix socket; empty for TCP. */
  readonly path: string;
  /** What log and status call it; the authority or path unless `name=` says otherwise. */
  readonly name: string;
  readonly weight: number;
  /** Requests in flight; undefined: the pool's setting. */
  readonly maxConns: number | undefined;
  readonly backup: boolean;
}

/** What a hash balancer hashes. */
export type HashKey =
  | { readonly kind: 'client' | 'uri' | 'path' }
  | { readonly kind: 'header' | 'cookie' | 'query'; readonly name: string };

export type BalanceConfig =
  | { readonly kind: 'round-robin' | 'least-conn' | 'random' | 'least-time' | 'fair' | 'first' }
  | { readonly kind: 'hash'; readonly key: HashKey };

export type RetryOn = 'connect' | 'reused' | 'terminated' | 'junk' | 'timeout' | '502' | '503' | '504';

export interface PoolConfig {
  readonly name: string;
  readonly backends: readonly BackendConfig[];
  readonly balance: BalanceConfig;
  /** Requests in flight per endpoint; Infinity: no limit. */
  readonly maxConns: number;
  /** Requests in flight for the whole pool; Infinity: no limit. */
  readonly poolMaxConns: number;
  readonly queue: { readonly length: number; readonly timeout: number };
  /** `total` is 0 when off. */
  readonly timeouts: {
    readonly connect: number;
    readonly response: number;
    readonly idle: number;
    readonly tunnel: number;
    readonly total: number;
  };
  readonly retry: {
    /** Further attempts after the first. */
    readonly attempts: number;
    /** Share of the traffic that may be retries, 0 to 1. */
    readonly budget: number;
    readonly on: readonly RetryOn[];
  };
  readonly health: { readonly maxFails: number; readonly failTimeout: number };
  readonly keepalive: { readonly connections: number; readonly timeout: number };
}

export interface RouteConfig {
  readonly pool: string;
  /** Host names in lower case; empty: any. */
  readonly hosts: readonly string[];
  /** Methods; empty: any. */
  readonly methods: readonly string[];
  /** `/x/*` is a prefix, anything else exact; undefined: any. */
  readonly path: string | undefined;
}

export interface LimitsConfig {
  readonly headBytes: number;
  readonly fieldCount: number;
  readonly targetBytes: number;
  /** Infinity: no limit. */
  readonly bodyBytes: number;
}

export interface ClientConfig {
  readonly headerTimeout: number;
  readonly idleTimeout: number;
  /** Between two reads of a request body, or two writes of an answer. */
  readonly ioTimeout: number;
  readonly maxConnections: number;
  /** What a client that closes its sending side gives up: nothing, its place in the queue, or its request. */
  readonly abort: 'never' | 'queued' | 'always';
}

export interface LogConfig {
  /** A file, `-` for standard output, or `off`. */
  readonly access: string;
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  readonly format: 'json' | 'pretty' | 'combined';
}
