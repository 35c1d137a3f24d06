import { tmpdir } from 'node:os';
import type {
  AdminConfig,
  BackendConfig,
  BalanceConfig,
  BreakerConfig,
  CheckConfig,
  ClientConfig,
  ConditionConfig,
  Config,
  DirectsConfig,
  ErrorPageConfig,
  HoldConfig,
  LimitsConfig,
  ListenConfig,
  PoolActionConfig,
  PoolConfig,
  ResolverConfig,
  RewriteConfig,
  RouteConfig,
  SiteConfig,
  SpoolConfig,
} from '../../src/config/config.ts';

/** What a test says of its gateway; all else has a default that no test has to wait for. */
export interface Setting {
  /** `URL,weight=N,max-conns=N,name=TEXT,backup`: the pool `default`. */
  readonly backends?: readonly string[];
  /** Other pools by name. */
  readonly pools?: Readonly<Record<string, readonly string[]>>;
  readonly routes?: readonly RouteSetting[];
  readonly listen?: readonly ListenConfig[];
  readonly balance?: BalanceConfig['kind'];
  readonly maxConns?: number;
  readonly poolMaxConns?: number;
  readonly queue?: Partial<PoolConfig['queue']>;
  readonly timeouts?: Partial<PoolConfig['timeouts']>;
  readonly retry?: Partial<PoolConfig['retry']>;
  readonly health?: Partial<PoolConfig['health']>;
  readonly keepalive?: Partial<PoolConfig['keepalive']>;
  readonly limits?: Partial<LimitsConfig>;
  readonly client?: Partial<ClientConfig>;
  readonly site?: Partial<SiteConfig>;
  readonly mount?: string;
  readonly variables?: readonly string[];
  readonly authorization?: PoolConfig['authorization'];
  readonly symlinks?: PoolConfig['symlinks'];
  readonly requestBuffer?: Partial<PoolConfig['requestBuffer']>;
  readonly responseBuffer?: Partial<PoolConfig['responseBuffer']>;
  readonly sendfileRoot?: string;
  readonly spool?: Partial<SpoolConfig>;
  readonly trustProxy?: readonly string[];
  readonly shutdownTimeout?: number;
  readonly check?: Partial<CheckConfig>;
  readonly breaker?: Partial<BreakerConfig>;
  readonly hold?: Partial<HoldConfig>;
  readonly resolver?: Partial<ResolverConfig>;
  readonly admin?: Partial<AdminConfig>;
  readonly fallback?: string;
  readonly sticky?: PoolConfig['sticky'];
  readonly directs?: Partial<DirectsConfig>;
  readonly forwarded?: Config['forwarded'];
  readonly redirectHttps?: number;
  readonly errorPages?: readonly Partial<ErrorPageConfig>[];
  readonly cookieKeyFile?: string;
}

/** A route: the usual conditions in short, and `pool` and what goes with it in place of an action. */
export interface RouteSetting
  extends Partial<Omit<RouteConfig, 'rewrite' | 'errorPages'>>,
    Partial<PoolActionConfigOf> {
  readonly hosts?: readonly string[];
  readonly methods?: readonly string[];
  readonly path?: string;
  readonly rewrite?: Partial<RewriteConfig>;
  readonly errorPages?: readonly Partial<ErrorPageConfig>[];
}

type PoolActionConfigOf = Omit<PoolActionConfig, 'kind'>;

/** A whole configuration. */
export function makeConfig(setting: Setting): Config {
  const pools = Object.entries({ default: setting.backends ?? [], ...setting.pools });
  return {
    listen: setting.listen ?? [{ kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' }],
    pools: pools.filter(([, backends]) => backends.length > 0).map(([name, b]) => makePool(name, b, setting)),
    routes: (setting.routes ?? []).map(makeRoute),
    limits: { headBytes: 32768, fieldCount: 128, targetBytes: 8192, bodyBytes: Infinity, ...setting.limits },
    client: {
      headerTimeout: 15_000,
      idleTimeout: 75_000,
      ioTimeout: 60_000,
      maxConnections: 10_000,
      handshakeTimeout: 10_000,
      maxHandshakes: 256,
      abort: 'queued',
      ...setting.client,
    },
    trustProxy: setting.trustProxy ?? [],
    log: { access: '-', level: 'info', format: 'json' },
    spool: { directory: tmpdir(), max: 1_073_741_824, ...setting.spool },
    resolver: {
      servers: [],
      minTtl: 1000,
      maxTtl: 300_000,
      stale: 3_600_000,
      timeout: 5000,
      ...setting.resolver,
    },
    admin: { listen: undefined, given: false, tokenFile: '', hosts: [], ...setting.admin },
    shutdownTimeout: setting.shutdownTimeout ?? 5000,
    forwarded: setting.forwarded ?? 'x',
    redirectHttps: setting.redirectHttps ?? 0,
    errorPages: (setting.errorPages ?? []).map(makeErrorPage),
    cookieKeyFile: setting.cookieKeyFile ?? '',
  };
}

function makePool(name: string, backends: readonly string[], setting: Setting): PoolConfig {
  return {
    name,
    backends: backends.map(makeBackend),
    balance: { kind: setting.balance ?? 'least-conn' } as BalanceConfig,
    maxConns: setting.maxConns ?? Infinity,
    poolMaxConns: setting.poolMaxConns ?? Infinity,
    queue: { length: 1024, timeout: 30_000, ...setting.queue },
    timeouts: {
      connect: 3000,
      response: 60_000,
      idle: 60_000,
      tunnel: 60_000,
      total: 0,
      ...setting.timeouts,
    },
    retry: { attempts: 2, budget: 0.2, on: ['connect', 'reused'], ...setting.retry },
    health: {
      maxFails: 1,
      failTimeout: 2000,
      allDown: (setting.fallback ?? name) === name ? 'last-resort' : 'fail',
      slowStart: 0,
      ...setting.health,
    },
    check: setting.check === undefined ? undefined : { ...CHECK, ...setting.check },
    breaker: setting.breaker === undefined ? undefined : { ...BREAKER, ...setting.breaker },
    hold: { file: '', bypass: [], ...setting.hold },
    keepalive: { connections: 64, timeout: 30_000, ...setting.keepalive },
    site: setting.site === undefined ? undefined : { ...NO_SITE, ...setting.site },
    mount: setting.mount ?? '',
    variables: setting.variables ?? [],
    authorization: setting.authorization ?? 'auto',
    symlinks: setting.symlinks ?? 'yes',
    requestBuffer: { mode: 'auto', size: 1_048_576, ...setting.requestBuffer },
    responseBuffer: { mode: 'auto', size: 262_144, ...setting.responseBuffer },
    sendfileRoot: setting.sendfileRoot ?? '',
    spawn: undefined,
    fallback: setting.fallback === name ? '' : (setting.fallback ?? ''),
    sticky: setting.sticky,
    directs: { accelRoutes: [], rewritePools: [], reproxyPools: [], ...setting.directs },
  };
}

/** A check as makeConfig fills it in. */
export const CHECK: CheckConfig = {
  path: '/',
  method: 'GET',
  host: '',
  statuses: [[200, 399]],
  body: '',
  interval: 2000,
  timeout: 1000,
  rise: 2,
  fall: 3,
};

const BREAKER: BreakerConfig = { errors: 0.5, latency: 0, window: 10_000, minimum: 20, rest: 5000 };

const NO_SITE: SiteConfig = {
  root: '',
  index: [],
  try: ['{path}', '{path}/', '=404'],
  script: '',
  suffixes: ['.php'],
  symlinks: 'yes',
};

/** A whole route of what a test says of it. */
export function makeRoute(setting: RouteSetting, i = 0): RouteConfig {
  return {
    name: setting.name ?? `route-${i + 1}`,
    conditions: [
      ...condition('host', setting.hosts),
      ...condition('method', setting.methods),
      ...condition('path', setting.path === undefined ? undefined : [setting.path]),
      ...(setting.conditions ?? []),
    ],
    internal: setting.internal ?? false,
    action: setting.action ?? {
      kind: 'pool',
      pool: setting.pool ?? 'default',
      reads: setting.reads ?? '',
      readYourWrites: setting.readYourWrites ?? 0,
      canary: setting.canary,
      mirror: setting.mirror,
    },
    rewrite: setting.rewrite === undefined ? undefined : { ...NO_REWRITE, ...setting.rewrite },
    errorPages: (setting.errorPages ?? []).map(makeErrorPage),
  };
}

function condition(
  kind: ConditionConfig['kind'],
  values: readonly string[] | undefined,
): readonly ConditionConfig[] {
  return values === undefined || values.length === 0 ? [] : [{ kind, name: '', negated: false, values }];
}

/** A rewrite that changes nothing. */
export const NO_REWRITE: RewriteConfig = {
  path: [],
  query: undefined,
  queryPatterns: [],
  host: '',
  request: { remove: [], set: [], add: [] },
  response: { remove: [], set: [], add: [] },
  reverse: { mode: 'auto', pairs: [] },
  cookieDomains: [],
  cookiePaths: [],
  docroot: '',
  scriptName: '',
  pathInfo: '',
};

function makeErrorPage(page: Partial<ErrorPageConfig>): ErrorPageConfig {
  return { statuses: [[400, 599]], file: '', text: '', type: 'text/plain', intercept: false, ...page };
}

function makeBackend(text: string): BackendConfig {
  const [url = '', ...words] = text.split(',');
  const options = new Map(words.map(word => [word.split('=')[0]!, word.split('=')[1] ?? '']));
  const [, scheme = '', place = ''] = /^([a-z+0-9]+):\/\/(.*)$/.exec(url) ?? [];
  const unix = scheme.endsWith('+unix') || scheme === 'cgi';
  const [, host = '', port = '80'] = /^(.*?)(?::(\d+))?$/.exec(unix ? '' : place) ?? [];
  const limit = options.get('max-conns');
  return {
    url,
    scheme,
    host: host.replace(/^\[|\]$/g, ''),
    port: unix ? 0 : Number(port),
    path: unix ? place : '',
    name: options.get('name') ?? place,
    docroot: options.get('docroot') ?? '',
    multiplex: Number(options.get('mpxs') ?? 1),
    weight: Number(options.get('weight') ?? 1),
    maxConns: limit === undefined ? undefined : Number(limit),
    backup: options.has('backup'),
    expand: options.has('expand') ? (options.get('expand') as BackendConfig['expand']) : 'no',
    family: Number(options.get('family') ?? 0) as BackendConfig['family'],
    tls: /^(https|fcgis|scgis|uwsgis)/.test(scheme) ? tlsOf(options) : undefined,
    sendProxy: options.has('send-proxy') ? (options.get('send-proxy') === 'v1' ? 1 : 2) : 0,
  };
}

function tlsOf(options: ReadonlyMap<string, string>): BackendConfig['tls'] {
  return {
    ca: options.get('ca') ?? '',
    cert: options.get('cert') ?? '',
    key: options.get('key') ?? '',
    sni: options.get('sni') ?? '',
    insecure: options.has('insecure'),
  };
}
