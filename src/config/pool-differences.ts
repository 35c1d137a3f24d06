import { formatBreaker } from './breaker.ts';
import { formatBuffer } from './buffer.ts';
import { fromByteText } from './byte-text.ts';
import type { CheckConfig, PoolConfig, SiteConfig } from './config.ts';
import { formatDuration } from './duration.ts';
import { formatBalance } from './format-balance.ts';
import { formatCount, formatDurationOrOff, formatTexts } from './format-value.ts';
import type { Change } from './list-differences.ts';
import { formatShare } from './share.ts';
import { formatStatuses } from './statuses.ts';

/** The settings of a pool by the names of their flags, each as a text that tells it from another one. */
const SETTINGS: Readonly<Record<string, (pool: PoolConfig) => string>> = {
  balance: ({ balance }) => formatBalance(balance),
  'max-conns': ({ maxConns }) => formatCount(maxConns),
  'pool-max-conns': ({ poolMaxConns }) => formatCount(poolMaxConns),
  queue: ({ queue }) => String(queue.length),
  'queue-timeout': ({ queue }) => formatDuration(queue.timeout),
  'connect-timeout': ({ timeouts }) => formatDuration(timeouts.connect),
  'response-timeout': ({ timeouts }) => formatDuration(timeouts.response),
  'idle-timeout': ({ timeouts }) => formatDuration(timeouts.idle),
  'tunnel-timeout': ({ timeouts }) => formatDuration(timeouts.tunnel),
  'total-timeout': ({ timeouts }) => formatDurationOrOff(timeouts.total),
  retries: ({ retry }) => String(retry.attempts),
  'retry-budget': ({ retry }) => formatShare(retry.budget),
  'retry-on': ({ retry }) => formatTexts(retry.on),
  'fail-timeout': ({ health }) => formatDuration(health.failTimeout),
  'max-fails': ({ health }) => String(health.maxFails),
  'all-down': ({ health }) => health.allDown,
  'slow-start': ({ health }) => formatDurationOrOff(health.slowStart),
  check: ({ check }) => (check === undefined ? 'off' : check.path || 'connect'),
  breaker: ({ breaker }) => formatBreaker(breaker),
  fallback: ({ fallback }) => fallback || 'off',
  sticky: ({ sticky }) => (sticky === undefined ? 'off' : `cookie:${sticky.cookie}`),
  'accel-routes': ({ directs }) => formatTexts(directs.accelRoutes),
  'rewrite-pools': ({ directs }) => formatTexts(directs.rewritePools),
  'reproxy-pools': ({ directs }) => formatTexts(directs.reproxyPools),
  'hold-file': ({ hold }) => hold.file || 'off',
  'hold-bypass': ({ hold }) => formatTexts(hold.bypass),
  keepalive: ({ keepalive }) => String(keepalive.connections),
  'keepalive-timeout': ({ keepalive }) => formatDuration(keepalive.timeout),
  root: ({ site }) => site?.root ?? 'off',
  symlinks: ({ symlinks }) => symlinks,
  mount: ({ mount }) => fromByteText(mount) || '/',
  authorization: ({ authorization }) => authorization,
  'request-buffer': ({ requestBuffer }) => formatBuffer(requestBuffer),
  'response-buffer': ({ responseBuffer }) => formatBuffer(responseBuffer),
  'sendfile-root': ({ sendfileRoot }) => sendfileRoot || 'off',
};

const OF_A_CHECK: Readonly<Record<string, (check: CheckConfig) => string>> = {
  'check-method': ({ method }) => method,
  'check-host': ({ host }) => host || "the backend's own",
  'check-status': ({ statuses }) => formatStatuses(statuses),
  'check-body': ({ body }) => JSON.stringify(fromByteText(body)),
  'check-interval': ({ interval }) => formatDuration(interval),
  'check-timeout': ({ timeout }) => formatDuration(timeout),
  'check-rise': ({ rise }) => String(rise),
  'check-fall': ({ fall }) => String(fall),
};

const OF_A_SITE: Readonly<Record<string, (site: SiteConfig) => string>> = {
  index: ({ index }) => formatTexts(index),
  try: ({ try: tried }) => formatTexts(tried),
  script: ({ script }) => script || 'off',
  'script-suffix': ({ suffixes }) => formatTexts(suffixes),
};

/** What of a pool's settings is different in another one, its backends aside. */
export function poolChanges(before: PoolConfig, after: PoolConfig): Change[] {
  return [
    ...changesOf(SETTINGS, before, after),
    ...changesOf(OF_A_CHECK, before.check, after.check),
    ...changesOf(OF_A_SITE, before.site, after.site),
    ...unspoken('variable', before.variables, after.variables),
    ...unspoken('spawn', before.spawn, after.spawn),
  ];
}

/** The settings of a table that are different; what is not there on one side has none. */
export function changesOf<T>(
  table: Readonly<Record<string, (subject: T) => string>>,
  before: T | undefined,
  after: T | undefined,
): Change[] {
  if (before === undefined || after === undefined) return [];
  return Object.entries(table).flatMap(([key, format]) => {
    const [from, to] = [format(before), format(after)];
    return from === to ? [] : [{ key, text: `${key} ${from} -> ${to}` }];
  });
}

/** What may hold passwords is not written to a log. */
function unspoken(key: string, before: unknown, after: unknown): Change[] {
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ key, text: `${key} is different` }];
}
