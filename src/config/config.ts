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
  readonly spool: SpoolConfig;
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
  /** Of a unix socket, or of a script or a directory of scripts; empty for TCP. */
  readonly path: string;
  /** The document root as the application sees it, bytes as latin1; empty: as the gateway does. */
  readonly docroot: string;
  /** Requests that may share a FastCGI connection; 1: none. */
  readonly multiplex: number;
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
  /** Undefined: no document root, the application sees to the whole path. */
  readonly site: SiteConfig | undefined;
  /** The front part of the path that stands for the application (SCRIPT_NAME), bytes as latin1; empty or with a slash in front. */
  readonly mount: string;
  /** Name, value, name, value, bytes as latin1: what applications of the CGI family are given beside what the request says. */
  readonly variables: readonly string[];
  /** Whether applications see the Authorization field; `auto`: all but CGI programs, whose environment others can read. */
  readonly authorization: 'auto' | 'yes' | 'no';
  readonly symlinks: Symlinks;
  readonly requestBuffer: BufferConfig;
  readonly responseBuffer: BufferConfig;
  /** The directory below which files lie that a backend may have sent by X-Sendfile; empty: it may not. */
  readonly sendfileRoot: string;
  readonly spawn: SpawnConfig | undefined;
}

/** Whether symbolic links below a root are followed: always, never, or to files of the link's owner. */
export type Symlinks = 'yes' | 'no' | 'same-owner';

/** A document root: which of its files are served, and which are run. */
export interface SiteConfig {
  /** An absolute path without a slash at its end. */
  readonly root: string;
  /** Names that stand for a directory, in order. */
  readonly index: readonly string[];
  /** What is looked for, in order: `{path}`, `{path}/`, a path below the root, or `=404`. */
  readonly try: readonly string[];
  /** The path below the root, with a slash in front, of the script that gets everything; empty: none. */
  readonly script: string;
  /** What the names of scripts end in, in lower case, with a dot. */
  readonly suffixes: readonly string[];
  readonly symlinks: Symlinks;
}

/** Whether the gateway takes a body in on behalf of a backend; `auto`: for pools with a limit of connections. */
export interface BufferConfig {
  readonly mode: 'auto' | 'on' | 'off';
  /** Bytes in memory and spool together; beyond, the body flows at the speed of the slower side. */
  readonly size: number;
}

/** Where bodies go that are too long for memory, and how many bytes of them there may be at once. */
export interface SpoolConfig {
  /** An absolute path. */
  readonly directory: string;
  /** Infinity: no limit. */
  readonly max: number;
}

/** An application that the gateway starts and stops itself. */
export interface SpawnConfig {
  /** Program and arguments; `{socket}` and `{port}` there and in the environment stand for where it is to listen. */
  readonly command: readonly string[];
  readonly protocol: 'fcgi' | 'scgi' | 'uwsgi' | 'http';
  /** Processes. */
  readonly min: number;
  readonly max: number;
  /** Requests that one process serves at once. */
  readonly concurrency: number;
  /** How long a process above `min` may be idle. */
  readonly idleTimeout: number;
  /** How long a process may take until it accepts connections. */
  readonly startTimeout: number;
  /** How long a process may take to end after TERM. */
  readonly stopTimeout: number;
  /** Empty: the gateway's own. */
  readonly user: string;
  readonly group: string;
  /** The working directory; empty: the gateway's own. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
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
