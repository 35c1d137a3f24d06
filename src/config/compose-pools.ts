import type { BackendConfig, PoolConfig } from './config.ts';
import type { Mistake } from './config-error.ts';
import { Misread } from './misread.ts';
import { parsePoolName } from './pool-name.ts';
import type { PoolSettings, Settings } from './schema.ts';

/** The pool that `--backend` adds to, and that gets what no route claims. */
export const DEFAULT_POOL = 'default';

interface Member {
  readonly backend: BackendConfig;
  readonly path: readonly PropertyKey[];
}

/** The pools of `pools`, with the backends of `backend` and `pool`; what is wrong with them joins the mistakes. */
export function composePools(
  settings: Settings,
  flags: ReadonlySet<string>,
  mistakes: Mistake[],
  fileName?: string,
): PoolConfig[] {
  const described = new Map(Object.entries(settings.pools ?? {}));
  const named = namedMembers(settings, described, flags, mistakes);
  const names = new Set([...described.keys(), ...named.keys()]);
  if (names.size === 0) {
    const place = fileName ?? 'a configuration file given with --config';
    const message = `no backend: name one with --backend http://HOST:PORT, or in ${place}`;
    mistakes.push({ path: [], message });
  }
  return [...names].map(name => {
    const pool = described.get(name);
    if (pool !== undefined) checkName(name, mistakes);
    const members = named.get(name) ?? describedMembers(name, pool);
    checkMembers(name, members, mistakes);
    return composePool(
      name,
      members.map(member => member.backend),
      pool ?? {},
      settings,
    );
  });
}

/** The backends of `backend` and `pool`, by pool. As flags they replace those of the file; in the file they may not meet them. */
function namedMembers(
  settings: Settings,
  described: ReadonlyMap<string, PoolSettings>,
  flags: ReadonlySet<string>,
  mistakes: Mistake[],
): Map<string, Member[]> {
  const members = new Map<string, Member[]>();
  const add = (name: string, backend: BackendConfig, path: readonly [string, number]): void => {
    if (!flags.has(path[0]) && described.get(name)?.backends !== undefined) {
      const message = `the backends of the pool ${name} are listed in pools.${name}.backends: add this one there`;
      mistakes.push({ path, message });
    }
    const list = members.get(name);
    if (list === undefined) members.set(name, [{ backend, path }]);
    else list.push({ backend, path });
  };
  for (const [i, backend] of (settings.backend ?? []).entries()) add(DEFAULT_POOL, backend, ['backend', i]);
  for (const [i, { pool, backend }] of (settings.pool ?? []).entries()) add(pool, backend, ['pool', i]);
  return members;
}

function describedMembers(name: string, pool: PoolSettings | undefined): Member[] {
  return (pool?.backends ?? []).map((backend, i) => ({ backend, path: ['pools', name, 'backends', i] }));
}

function checkName(name: string, mistakes: Mistake[]): void {
  try {
    parsePoolName(name);
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    mistakes.push({ path: ['pools', name], message: error.message });
  }
}

function checkMembers(name: string, members: readonly Member[], mistakes: Mistake[]): void {
  if (members.length === 0) {
    const message = `the pool ${name} has no backend: list one or more under backends, such as http://127.0.0.1:3000`;
    mistakes.push({ path: ['pools', name], message });
  }
  const seen = new Set<string>();
  for (const { backend, path } of members) {
    if (seen.has(backend.name)) {
      const message = `the pool ${name} has two backends named ${backend.name}: leave one out, or tell them apart with ,name=TEXT`;
      mistakes.push({ path, message });
    }
    seen.add(backend.name);
  }
  if (members.length > 0 && members.every(({ backend }) => backend.backup)) {
    const message = `every backend of the pool ${name} is a backup: leave the option away from at least one`;
    mistakes.push({ path: members[0]!.path, message });
  }
}

function composePool(
  name: string,
  backends: readonly BackendConfig[],
  pool: PoolSettings,
  settings: Settings,
): PoolConfig {
  return {
    name,
    backends,
    balance: pool.balance ?? settings.balance!,
    maxConns: pool['max-conns'] ?? settings['max-conns']!,
    poolMaxConns: pool['pool-max-conns'] ?? settings['pool-max-conns']!,
    queue: {
      length: pool.queue?.length ?? settings.queue!,
      timeout: pool.queue?.timeout ?? settings['queue-timeout']!,
    },
    timeouts: {
      connect: pool.timeouts?.connect ?? settings['connect-timeout']!,
      response: pool.timeouts?.response ?? settings['response-timeout']!,
      idle: pool.timeouts?.idle ?? settings['idle-timeout']!,
      tunnel: pool.timeouts?.tunnel ?? settings['tunnel-timeout']!,
      total: pool.timeouts?.total ?? settings['total-timeout']!,
    },
    retry: {
      attempts: pool.retry?.attempts ?? settings.retries!,
      budget: pool.retry?.budget ?? settings['retry-budget']!,
      on: pool.retry?.on ?? settings['retry-on']!,
    },
    health: {
      maxFails: pool.health?.['max-fails'] ?? settings['max-fails']!,
      failTimeout: pool.health?.['fail-timeout'] ?? settings['fail-timeout']!,
    },
    keepalive: {
      connections: pool.keepalive?.connections ?? settings.keepalive!,
      timeout: pool.keepalive?.timeout ?? settings['keepalive-timeout']!,
    },
    site: undefined,
    mount: '',
    variables: [],
    authorization: 'auto',
    symlinks: 'yes',
    requestBuffer: { mode: 'auto', size: 1_048_576 },
    responseBuffer: { mode: 'auto', size: 262_144 },
    sendfileRoot: '',
    spawn: undefined,
  };
}
