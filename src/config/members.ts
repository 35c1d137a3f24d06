import type { BackendConfig } from './config.ts';
import type { PoolSettings, SpawnSettings } from './pool-schema.ts';
import type { Settings } from './schema.ts';
import type { Composing, Placed } from './source.ts';
import type { SpawnFlag } from './spawn.ts';

/** The pool that `--backend` adds to, and that gets what no route claims. */
export const DEFAULT_POOL = 'default';

/** What a pool consists of: backends, or an application that it starts. */
export interface Members {
  readonly backends: readonly Placed<BackendConfig>[];
  readonly spawns: readonly Placed<SpawnFlag | SpawnSettings>[];
}

/**
 * The members of every pool. What flags say of a pool replaces what the file says; in the file, `backend`, `pool` and
 * `spawn` at the top may not meet what stands under `pools`. What does not fit together joins the mistakes.
 */
export function membersOf(settings: Settings, composing: Composing): ReadonlyMap<string, Members> {
  const top = topMembers(settings);
  const described = new Map(Object.entries(settings.pools ?? {}));
  const all = new Map<string, Members>();
  for (const name of new Set([...described.keys(), ...top.keys()])) {
    const own = ownMembers(name, described.get(name) ?? {});
    const members = choose(name, top.get(name) ?? NONE, own, composing);
    checkSpawns(name, members, composing);
    all.set(name, members);
  }
  return all;
}

const NONE: Members = { backends: [], spawns: [] };

function topMembers(settings: Settings): ReadonlyMap<string, Members> {
  const all = new Map<string, Members>();
  const add = (name: string, member: Partial<Members>): void => {
    const { backends, spawns } = all.get(name) ?? NONE;
    all.set(name, {
      backends: [...backends, ...(member.backends ?? [])],
      spawns: [...spawns, ...(member.spawns ?? [])],
    });
  };
  for (const [i, value] of (settings.backend ?? []).entries())
    add(DEFAULT_POOL, { backends: [{ value, path: ['backend', i] }] });
  for (const [i, { pool, backend }] of (settings.pool ?? []).entries())
    add(pool, { backends: [{ value: backend, path: ['pool', i] }] });
  for (const [i, value] of (settings.spawn ?? []).entries())
    add(value.pool, { spawns: [{ value, path: ['spawn', i] }] });
  return all;
}

function ownMembers(name: string, pool: PoolSettings): Members {
  const backends = (pool.backends ?? []).map((value, i) => ({ value, path: ['pools', name, 'backends', i] }));
  const spawns = pool.spawn === undefined ? [] : [{ value: pool.spawn, path: ['pools', name, 'spawn'] }];
  return { backends, spawns };
}

function choose(name: string, top: Members, own: Members, composing: Composing): Members {
  const isFlag = ({ path }: Placed<unknown>): boolean => composing.flags.has(String(path[0]));
  const flagged = { backends: top.backends.filter(isFlag), spawns: top.spawns.filter(isFlag) };
  if (!isEmpty(flagged)) return flagged;
  if (isEmpty(top)) return own;
  if (isEmpty(own)) return top;
  const message =
    own.backends.length > 0
      ? `the backends of the pool ${name} are listed in pools.${name}.backends: add this one there`
      : `the application of the pool ${name} is described in pools.${name}.spawn: leave this one out`;
  for (const { path } of [...top.backends, ...top.spawns]) composing.mistakes.push({ path, message });
  return top;
}

function isEmpty({ backends, spawns }: Members): boolean {
  return backends.length === 0 && spawns.length === 0;
}

function checkSpawns(name: string, { backends, spawns }: Members, composing: Composing): void {
  if (backends.length > 0 && spawns.length > 0) {
    const message = `the pool ${name} starts its application itself: leave its backends out, or the application`;
    composing.mistakes.push({ path: spawns[0]!.path, message });
  }
  for (const { path } of spawns.slice(1)) {
    const message = `the pool ${name} starts its application already: one command a pool`;
    composing.mistakes.push({ path, message });
  }
}
