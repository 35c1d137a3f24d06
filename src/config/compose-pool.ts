import { composeCheck } from './compose-check.ts';
import { directsOf } from './compose-directs.ts';
import { fallbackOf } from './compose-fallback.ts';
import { composeSite } from './compose-site.ts';
import type { BackendConfig, PoolConfig, SpawnConfig } from './config.ts';
import { existingDirectory } from './existing-directory.ts';
import { refuseForeign } from './for-applications.ts';
import { holdFile } from './hold-file.ts';
import type { PoolSettings } from './pool-schema.ts';
import type { Settings } from './schema.ts';
import type { Composing } from './source.ts';
import { stickyOf } from './sticky.ts';
import { joinVariables } from './variable.ts';

/** Programs of a CGI backend that run at once, unless a limit is set: each request is a process. */
export const CGI_PROCESSES = 32;

/** What is known of a pool before its settings are filled in. */
export interface Raw {
  readonly backends: readonly BackendConfig[];
  readonly spawn: SpawnConfig | undefined;
  /** What the file says of it. */
  readonly pool: PoolSettings;
}

/** A whole pool: what it says of itself, and for the rest what the keys at the top say. */
export function composePool(name: string, raw: Raw, settings: Settings, composing: Composing): PoolConfig {
  const { pool, spawn, backends } = raw;
  const breaker = pool.breaker ?? settings.breaker!;
  refuseForeign(name, pool, backends, composing);
  return {
    name,
    backends: limitPrograms(raw, composing),
    balance: pool.balance ?? settings.balance!,
    maxConns: pool['max-conns'] ?? settings['max-conns']!,
    poolMaxConns: pool['pool-max-conns'] ?? settings['pool-max-conns']!,
    ...queueing(pool, settings),
    ...failing(name, pool, settings, composing),
    site: composeSite({ name, pool, backends }, settings, composing),
    mount: pool.mount ?? settings.mount ?? '',
    variables: joinVariables(settings.variable ?? [], pool.variables ?? []),
    authorization: pool.authorization ?? settings.authorization!,
    symlinks: pool.symlinks ?? settings.symlinks!,
    requestBuffer: pool['request-buffer'] ?? settings['request-buffer']!,
    responseBuffer: pool['response-buffer'] ?? settings['response-buffer']!,
    sendfileRoot: sendfileRoot(name, pool, settings, composing),
    check: composeCheck(name, raw, settings, composing),
    breaker: breaker === 'off' ? undefined : breaker,
    hold: holdOf(name, pool, settings, composing),
    spawn,
    fallback: fallbackOf(name, pool, settings),
    sticky: stickyOf(pool.sticky ?? settings.sticky, name),
    directs: directsOf(pool, settings),
  };
}

/** A limit that is given counts, also `off`; where none is, CGI programs have one of their own. */
function limitPrograms({ backends, pool }: Raw, { given }: Composing): readonly BackendConfig[] {
  if (pool['max-conns'] !== undefined || given.has('max-conns')) return backends;
  return backends.map(backend =>
    backend.scheme === 'cgi' && backend.maxConns === undefined
      ? { ...backend, maxConns: CGI_PROCESSES }
      : backend,
  );
}

function queueing(
  pool: PoolSettings,
  settings: Settings,
): Pick<PoolConfig, 'queue' | 'timeouts' | 'keepalive'> {
  const { queue, timeouts, keepalive } = pool;
  return {
    queue: {
      length: queue?.length ?? settings.queue!,
      timeout: queue?.timeout ?? settings['queue-timeout']!,
    },
    timeouts: {
      connect: timeouts?.connect ?? settings['connect-timeout']!,
      response: timeouts?.response ?? settings['response-timeout']!,
      idle: timeouts?.idle ?? settings['idle-timeout']!,
      tunnel: timeouts?.tunnel ?? settings['tunnel-timeout']!,
      total: timeouts?.total ?? settings['total-timeout']!,
    },
    keepalive: {
      connections: keepalive?.connections ?? settings.keepalive!,
      timeout: keepalive?.timeout ?? settings['keepalive-timeout']!,
    },
  };
}

function failing(
  name: string,
  pool: PoolSettings,
  settings: Settings,
  { given }: Composing,
): Pick<PoolConfig, 'retry' | 'health'> {
  const { retry, health } = pool;
  // A fallback is there for the time when no endpoint is up, which a last resort would put off.
  const usual =
    fallbackOf(name, pool, settings) !== '' && !given.has('all-down') ? 'fail' : settings['all-down']!;
  return {
    retry: {
      attempts: retry?.attempts ?? settings.retries!,
      budget: retry?.budget ?? settings['retry-budget']!,
      on: retry?.on ?? settings['retry-on']!,
    },
    health: {
      maxFails: health?.['max-fails'] ?? settings['max-fails']!,
      failTimeout: health?.['fail-timeout'] ?? settings['fail-timeout']!,
      allDown: health?.['all-down'] ?? usual,
      slowStart: health?.['slow-start'] ?? settings['slow-start']!,
    },
  };
}

function holdOf(
  name: string,
  { hold }: PoolSettings,
  settings: Settings,
  composing: Composing,
): PoolConfig['hold'] {
  const own = hold?.file;
  const value = own ?? settings['hold-file'] ?? '';
  const path = own === undefined ? ['hold-file'] : ['pools', name, 'hold', 'file'];
  return {
    file: holdFile(composing, { value, path }),
    bypass: hold?.bypass ?? settings['hold-bypass'] ?? [],
  };
}

function sendfileRoot(name: string, pool: PoolSettings, settings: Settings, composing: Composing): string {
  const key = 'sendfile-root';
  const value = pool[key] ?? settings[key];
  if (value === undefined || value === '') return '';
  return existingDirectory(composing, {
    value,
    path: pool[key] === undefined ? [key] : ['pools', name, key],
  });
}
