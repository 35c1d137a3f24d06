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
  /** How backends are told of the client: by X-Forwarded-*, by Forwarded (RFC 7239), by both, or not at all. */
  readonly forwarded: 'x' | 'standard' | 'both' | 'none';
  /** The port of the https URLs that requests without TLS are redirected to; 0: they are not. */
  readonly redirectHttps: number;
  /** Pages in place of the gateway's own words, for routes that have none of their own. */
  readonly errorPages: readonly ErrorPageConfig[];
  /** The file with the key that cookies of the gateway's own are signed with; empty: at its usual place. */
  readonly cookieKeyFile: string;
}

export type ListenConfig = (
  | { readonly kind: 'tcp'; readonly host: string | undefined; readonly port: number; readonly text: string }
  | { readonly kind: 'unix'; readonly path: string; readonly text: string }
  /** What the service manager has bound: the socket of that name, or with an empty name all of them. */
  | { readonly kind: 'passed'; readonly name: string; readonly text: string }
) &
  ListenOptions;

/** What is spoken on the connections that a listener accepts, below HTTP. */
export interface ListenOptions {
  /** Undefined: no TLS. */
  readonly tls?: ListenTlsConfig | undefined;
  /** Networks, or `unix`, whose connections begin with a PROXY header, while those of others are closed; undefined: none begins so. */
  readonly proxyProtocol?: readonly string[] | undefined;
}

/** How a listener speaks TLS; every path is absolute. */
export interface ListenTlsConfig {
  /** Chains and keys in PEM; the first is shown to who names no host, or one that none is for. */
  readonly certificates: readonly { readonly cert: string; readonly key: string }[];
  /** The file of issuers whose client certificates are accepted; empty: clients are not asked for one. */
  readonly clientCa: string;
  /** Whether a client without a good certificate is turned away. */
  readonly clientAuth: 'required' | 'optional';
  readonly minVersion: '1.2' | '1.3';
}

/** How TLS is spoken to a backend; every path is absolute, empty: none is given. */
export interface BackendTlsConfig {
  /** Issuers that are believed in place of those of the system. */
  readonly ca: string;
  /** The gateway's own certificate and its key. */
  readonly cert: string;
  readonly key: string;
  /** The name that is asked for and that the certificate has to be for; empty: the backend's host. */
  readonly sni: string;
  /** Whether any certificate is accepted. */
  readonly insecure: boolean;
}

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
  /** Undefined: no TLS. */
  readonly tls: BackendTlsConfig | undefined;
  /** The version of the PROXY header that connections begin with; 0: none. */
  readonly sendProxy: 0 | 1 | 2;
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
  /** The pool that serves while this one has no endpoint; empty: none does. */
  readonly fallback: string;
  /** The cookie that leads a client to the endpoint it came to first; undefined: none does. */
  readonly sticky: { readonly cookie: string } | undefined;
  readonly directs: DirectsConfig;
}

/** What the answers of a pool's backends may bring about besides going to the client. */
export interface DirectsConfig {
  /** Names of routes that X-Accel-Redirect may lead to; empty: none. */
  readonly accelRoutes: readonly string[];
  /** Names of pools that X-Rewrite-Backend may choose; where there are any, X-Rewrite-URI and X-Rewrite-Host are followed, too. */
  readonly rewritePools: readonly string[];
  /** Names of pools that X-Reproxy-URL may fetch a body from; empty: none. */
  readonly reproxyPools: readonly string[];
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
  /** All of them have to hold. */
  readonly conditions: readonly ConditionConfig[];
  /** Whether only backends can send requests here, by their answers, and no client can. */
  readonly internal: boolean;
  readonly action: ActionConfig;
  /** Undefined: nothing is changed. */
  readonly rewrite: RewriteConfig | undefined;
  /** Pages in place of the gateway's own words, and, where they say so, of a backend's answer; before those for all routes. */
  readonly errorPages: readonly ErrorPageConfig[];
}

/** What a request has to be. */
export interface ConditionConfig {
  readonly kind: 'host' | 'path' | 'method' | 'header' | 'cookie' | 'query' | 'client';
  /** Of the header, cookie or query parameter; empty for the other kinds. */
  readonly name: string;
  /** Whether it holds if none of the values matches. */
  readonly negated: boolean;
  /**
   * One of them has to match; empty: it is enough that it is there. A host in lower case, or `*.example.com`; a path, or
   * `/x/*`; a network; of hosts, paths, headers, cookies and parameters also `~` and a regular expression.
   */
  readonly values: readonly string[];
}

/** What is done with a request that a route matches; what comes from the configuration as a template is expanded for each. */
export type ActionConfig =
  | PoolActionConfig
  | { readonly kind: 'redirect'; readonly status: 301 | 302 | 303 | 307 | 308; readonly location: string }
  /** An empty body: the gateway's own words for the status. */
  | { readonly kind: 'respond'; readonly status: number; readonly body: string; readonly type: string };

/** A pool gets the request, and under conditions another one in its place. */
export interface PoolActionConfig {
  readonly kind: 'pool';
  readonly pool: string;
  /** The pool that gets GET and HEAD instead, unless the client has just written; empty: none. */
  readonly reads: string;
  /** How long a client that has written reads from where it wrote, in milliseconds; 0: it does not. */
  readonly readYourWrites: number;
  readonly canary: CanaryConfig | undefined;
  readonly mirror: MirrorConfig | undefined;
}

/** A new version of an application that gets a share of the requests. */
export interface CanaryConfig {
  readonly pool: string;
  /** 0 to 1. */
  readonly share: number;
  /** What decides, so that the same comes to the same side again; undefined: chance, for each request. */
  readonly by: HashKey | undefined;
  /** A request field that is `always` or `never`, and decides first; empty: none. */
  readonly header: string;
}

/** A pool that gets copies of a share of the requests; its answers are dropped. */
export interface MirrorConfig {
  readonly pool: string;
  /** 0 to 1. */
  readonly share: number;
}

/** What is answered for statuses that stand for a failure. */
export interface ErrorPageConfig {
  /** From and to, both included; within 400 to 599. */
  readonly statuses: readonly (readonly [from: number, to: number])[];
  /** The absolute path of the page; empty: `text` is the page. */
  readonly file: string;
  readonly text: string;
  /** Its Content-Type. */
  readonly type: string;
  /** Whether it also takes the place of a backend's answer. */
  readonly intercept: boolean;
}

/** What is changed in requests on their way to a backend, and in answers on their way back. Templates unless said otherwise. */
export interface RewriteConfig {
  /** The first that matches the path changes it. */
  readonly path: readonly PathRewriteConfig[];
  /** The query, without its question mark; undefined: as it came. */
  readonly query: string | undefined;
  /** The first that matches the query changes it; before `query` is set. */
  readonly queryPatterns: readonly PathRewriteConfig[];
  /** Empty: as it came. */
  readonly host: string;
  readonly request: FieldEditsConfig;
  readonly response: FieldEditsConfig;
  /**
   * How Location, Content-Location, Refresh and Set-Cookie are mapped back: `auto` undoes what was done to host and path;
   * `off` lets them be; pairs are literal beginnings of a URL or a path, and what takes their place, tried before that.
   */
  readonly reverse: { readonly mode: 'auto' | 'off'; readonly pairs: readonly (readonly [string, string])[] };
  /** Set-Cookie: literal Domain and Path attributes, and what takes their place; tried before what `reverse` does. */
  readonly cookieDomains: readonly (readonly [string, string])[];
  readonly cookiePaths: readonly (readonly [string, string])[];
  /** CGI variables; empty: as they are. */
  readonly docroot: string;
  readonly scriptName: string;
  readonly pathInfo: string;
}

/** `from` is a literal beginning that ends at a slash or at the end, or a regular expression; `to` takes its place. */
export interface PathRewriteConfig {
  readonly kind: 'prefix' | 'pattern';
  readonly from: string;
  readonly to: string;
}

/** In this order: remove, set, add. Names as written, values as templates. */
export interface FieldEditsConfig {
  readonly remove: readonly string[];
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly add: readonly (readonly [name: string, value: string])[];
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
  /** Until a TLS handshake, or a PROXY header, is complete. */
  readonly handshakeTimeout: number;
  /** TLS handshakes under way at once, over all listeners; beyond, connections wait for one to end. */
  readonly maxHandshakes: number;
  /** What a client that closes its sending side gives up: nothing, its place in the queue, or its request. */
  readonly abort: 'never' | 'queued' | 'always';
}

export interface LogConfig {
  /** A file, `-` for standard output, or `off`. */
  readonly access: string;
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  readonly format: 'json' | 'pretty' | 'combined';
}
