import { refuseUnchecked } from './compose-check.ts';
import { composePool } from './compose-pool.ts';
import { refuseUnusedSite } from './compose-site.ts';
import { composeSpawn } from './compose-spawn.ts';
import { composeBackend } from './compose-tls.ts';
import type { BackendConfig, PoolConfig } from './config.ts';
import { refuseUnheard } from './for-applications.ts';
import { type Members, membersOf } from './members.ts';
import { Misread } from './misread.ts';
import { parsePoolName } from './pool-name.ts';
import type { Settings } from './schema.ts';
import type { Composing, Placed } from './source.ts';
import { spawnedBackends } from './spawned-backends.ts';

/** The pools of `pools`, `backend`, `pool` and `spawn`; what is wrong with them joins the mistakes. */
export function composePools(settings: Settings, composing: Composing): PoolConfig[] {
  const members = membersOf(settings, composing);
  if (members.size === 0) {
    const place = composing.fileName ?? 'a configuration file given with --config';
    const message = `no backend: name one with --backend http://HOST:PORT, or in ${place}`;
    composing.mistakes.push({ path: [], message });
  }
  const described = settings.pools ?? {};
  const pools = [...members].map(([name, of]) => {
    if (Object.hasOwn(described, name)) checkName(name, composing);
    const pool = Object.hasOwn(described, name) ? described[name]! : {};
    const spawn = of.spawns[0] === undefined ? undefined : composeSpawn(name, of.spawns[0], composing);
    checkMembers(name, of, composing);
    const backends =
      spawn === undefined
        ? of.backends.map(placed => composeBackend(placed, composing))
        : spawnedBackends(name, spawn);
    return composePool(name, { backends, spawn, pool }, settings, composing);
  });
  refuseUnusedSite(
    pools.map(({ site }) => site),
    composing,
  );
  refuseUnheard(pools, composing);
  refuseUnchecked(pools, settings, composing);
  return pools;
}

function checkName(name: string, { mistakes }: Composing): void {
  try {
    parsePoolName(name);
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    mistakes.push({ path: ['pools', name], message: error.message });
  }
}

function checkMembers(name: string, { backends, spawns }: Members, { mistakes }: Composing): void {
  if (backends.length === 0 && spawns.length === 0) {
    const message = `the pool ${name} has no backend: list one or more under backends, such as http://127.0.0.1:3000`;
    mistakes.push({ path: ['pools', name], message });
  }
  checkNames(name, backends, mistakes);
  if (backends.length > 0 && backends.every(({ value }) => value.backup)) {
    const message = `every backend of the pool ${name} is a backup: leave the option away from at least one`;
    mistakes.push({ path: backends[0]!.path, message });
  }
}

function checkNames(
  pool: string,
  backends: readonly Placed<BackendConfig>[],
  mistakes: Composing['mistakes'],
): void {
  const seen = new Set<string>();
  for (const { value, path } of backends) {
    if (seen.has(value.name)) {
      const message = `the pool ${pool} has two backends named ${value.name}: leave one out, or tell them apart with ,name=TEXT`;
      mistakes.push({ path, message });
    }
    seen.add(value.name);
  }
}
