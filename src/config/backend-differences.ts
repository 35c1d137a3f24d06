import type { BackendConfig, PoolConfig } from './config.ts';
import { formatBackend } from './format-backend.ts';
import { type Change, comings, moves } from './list-differences.ts';

const KEY = 'backend';

/** What of a pool's backends is new, gone or different. The processes of an application that the gateway starts are said by its command. */
export function backendChanges(before: PoolConfig, after: PoolConfig): Change[] {
  const [old, young] = [byName(before), byName(after)];
  const [oldNames, youngNames] = [[...old.keys()], [...young.keys()]];
  const changed = [...young].flatMap(([name, backend]) => {
    const was = old.get(name);
    if (was === undefined) return [];
    const [from, to] = [formatBackend(was), formatBackend(backend)];
    return from === to ? [] : [{ key: KEY, text: `backend ${name}: ${from} -> ${to}` }];
  });
  return [...comings(KEY, KEY, oldNames, youngNames), ...changed, ...moves(KEY, oldNames, youngNames)];
}

function byName({ spawn, backends }: PoolConfig): ReadonlyMap<string, BackendConfig> {
  return new Map(spawn === undefined ? backends.map(backend => [backend.name, backend]) : []);
}
