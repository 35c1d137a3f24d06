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
  readonly resolver: ResolverConfig;
  readonly admin: AdminConfig;
  /** How long a drain may take before what is left is cut. */
  readonly shutdownTimeout: number;
}

export type ListenConfig =
  | { readonly kind: 'tcp'; readonly host: string | undefined; readonly port: number; readonly text: string }
  | { readonly kind: 'unix'; readonly path: string; readonly text: string }
  /** What the service manager has bound: the socket of that name, or with an empty name all of them. */
  | { readonly kind: 'passed'; readonly name: string; readonly text: string };

export interface BackendConfig {
  /** The URL without its options, as written. */
  readonly url: string;
  readonly scheme: string;
  /** A name or address; empty for what has a path. */
  readonly host: string;
  /** 0: SRV records name it, or it is picked when the application starts. */
  readonly port: number;
  /** What the host stands for: itself (an address, or a name that is one endpoint), every address that the name resolves to, or what its SRV records name. */
  readonly expand: 'no' | 'addresses' | 'services';
  /** Addresses of a name that are used: of IPv4, of IPv6, or 0 for both. */
  readonly family: 0 | 4 | 6;
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
  readonly health: {
    readonly maxFails: number;
    readonly failTimeout: number;
    /** What is done while no endpoint is up: the one that is back first is used, or requests get 503. */
    readonly allDown: 'last-resort' | 'fail';
    /** How long an endpoint that joins or comes back takes to get its whole weight; 0: at once. */
    readonly slowStart: number;
  };
  /** Undefined: endpoints are judged by their traffic only. */
  readonly check: CheckConfig | undefined;
  /** Undefined: none. */
  readonly breaker: BreakerConfig | undefined;
  readonly hold: HoldConfig;
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

/** How endpoints are asked whether they are well. */
export interface CheckConfig {
  /** In origin-form, sent in the backend's own protocol; empty: it is enough that a connection stands. */
  readonly path: string;
  readonly method: string;
  /** The Host of the request; empty: the backend's own. */
  readonly host: string;
  /** From and to, both included. */
  readonly statuses: readonly (readonly [from: number, to: number])[];
  /** What the body has to contain, bytes as latin1; empty: anything. */
  readonly body: string;
  /** Between two checks of an endpoint, and while it is down. */
  readonly interval: number;
  readonly timeout: number;
  /** Checks in a row that bring an endpoint up, and that take it down. */
  readonly rise: number;
  readonly fall: number;
}

/** When a pool as a whole is taken to be broken, so that requests fail at once instead of waiting. */
export interface BreakerConfig {
  /** Share of answers that are errors, 0 to 1; 0: not looked at. */
  readonly errors: number;
  /** The median time to an answer's head, in milliseconds; 0: not looked at. */
  readonly latency: number;
  /** How far back is looked, in milliseconds. */
  readonly window: number;
  /** Answers within the window below which nothing is concluded. */
  readonly minimum: number;
  /** How long requests fail before one is let through as a probe, in milliseconds. */
  readonly rest: number;
}

/** How requests are held besides by an operator's command. */
export interface HoldConfig {
  /** While this file exists requests are held; an absolute path, empty: none. */
  readonly file: string;
  /** Paths that pass a closed gate: `/x/*` is a prefix, anything else exact. */
  readonly bypass: readonly string[];
}

/** Who is asked what a name stands for, and how long answers are believed. */
export interface ResolverConfig {
  /** DNS servers as `ADDRESS:PORT`; empty: those of the system, with its search list, and its own lookup where they know nothing. */
  readonly servers: readonly string[];
  /** Bounds of the time to live of an answer. */
  readonly minTtl: number;
  readonly maxTtl: number;
  /** How long the last good answer is used while there is none; Infinity: for ever. */
  readonly stale: number;
  /** For one lookup, over all servers and tries. */
  readonly timeout: number;
}

/** Where commands for the running gateway are taken. */
export interface AdminConfig {
  /** Undefined: nowhere. */
  readonly listen: ListenConfig | undefined;
  /** Whether `listen` was given; if it was not, a socket that cannot be bound is a warning and no error. */
  readonly given: boolean;
  /** The file with the token that commands by TCP have to show; empty: none. */
  readonly tokenFile: string;
  /** Names by which it may be addressed besides its addresses and localhost. */
  readonly hosts: readonly string[];
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
  /** What commands and the log call it; `route-1` and so on unless it was given a name. */
  readonly name: string;
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
