import type { PoolConfig } from './config.ts';
import { unknownWord } from './nearest.ts';
import type { PoolSettings } from './pool-schema.ts';
import type { Settings } from './schema.ts';
import type { Composing } from './source.ts';

/** So many pools stand in for one another at most. */
const MOST = 4;

/** The pool that serves in place of another; empty: none. One at the top is for all pools but itself. */
export function fallbackOf(name: string, pool: PoolSettings, settings: Settings): string {
  if (pool.fallback !== undefined) return pool.fallback;
  return settings.fallback === name ? '' : (settings.fallback ?? '');
}

/** Fallbacks that are not there, or that lead back to where they began, among the mistakes. */
export function checkFallbacks(pools: readonly PoolConfig[], settings: Settings, composing: Composing): void {
  const names = pools.map(({ name }) => name);
  const next = new Map(pools.map(({ name, fallback }) => [name, fallback]));
  for (const { name, fallback } of pools) {
    if (fallback === '') {
      checkAlone(name, names, settings, composing);
      continue;
    }
    const path = placeOf(name, settings);
    if (!names.includes(fallback)) {
      composing.mistakes.push({ path, message: unknownWord('pool', fallback, names) });
      continue;
    }
    const way = wayFrom(name, next);
    if (way.length === MOST + 2 && new Set(way).size === way.length) {
      const message = `at most ${MOST} pools stand in one after another; ${way.at(-1)} would be the fifth: ${way.join(' -> ')}`;
      composing.mistakes.push({ path, message });
    }
    if (way.at(-1) !== name) continue;
    const message = `the fallbacks go round: ${way.join(' -> ')}; let the last have none`;
    composing.mistakes.push({ path, message });
  }
}

/** A pool that is the only one can stand in for none. */
function checkAlone(
  name: string,
  names: readonly string[],
  settings: Settings,
  { mistakes }: Composing,
): void {
  if (names.length > 1 || settings.fallback !== name) return;
  const message = `${name} is the only pool, so it stands in for none: name another one with backends of its own, or leave this out`;
  mistakes.push({ path: ['fallback'], message });
}

/** The pools that are tried one after another, up to one that has been before. */
function wayFrom(name: string, next: ReadonlyMap<string, string>): string[] {
  const way = [name];
  for (let at = next.get(name) ?? ''; at !== ''; at = next.get(at) ?? '') {
    const been = way.includes(at);
    way.push(at);
    if (been) break;
  }
  return way;
}

/** Where a fallback was said: in the pool, or at the top. */
function placeOf(name: string, { pools = {} }: Settings): PropertyKey[] {
  const own = Object.hasOwn(pools, name) && pools[name]!.fallback !== undefined;
  return own ? ['pools', name, 'fallback'] : ['fallback'];
}
