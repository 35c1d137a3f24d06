import type { DirectsConfig, PoolConfig, RouteConfig } from './config.ts';
import { unknownWord } from './nearest.ts';
import type { PoolSettings } from './pool-schema.ts';
import type { Settings } from './schema.ts';
import type { Composing } from './source.ts';

const KEYS = ['accel-routes', 'rewrite-pools', 'reproxy-pools'] as const;

/** What answers of a pool may bring about: as it says itself, or else as it is said at the top. */
export function directsOf(pool: PoolSettings, settings: Settings): DirectsConfig {
  const [accelRoutes, rewritePools, reproxyPools] = KEYS.map(key => pool[key] ?? settings[key] ?? []);
  return { accelRoutes: accelRoutes!, rewritePools: rewritePools!, reproxyPools: reproxyPools! };
}

/** Routes and pools that answers may lead to and that are not there, among the mistakes. */
export function checkDirects(
  pools: readonly PoolConfig[],
  routes: readonly RouteConfig[],
  settings: Settings,
  { mistakes }: Composing,
): void {
  const names = pools.map(({ name }) => name);
  const routeNames = routes.map(({ name }) => name);
  for (const { name, directs } of pools) {
    const lists = [directs.accelRoutes, directs.rewritePools, directs.reproxyPools];
    for (const [i, key] of KEYS.entries()) {
      const own = Object.hasOwn(settings.pools ?? {}, name) && settings.pools![name]![key] !== undefined;
      const path = own ? ['pools', name, key] : [key];
      const [kind, known] =
        key === 'accel-routes' ? (['route', routeNames] as const) : (['pool', names] as const);
      for (const wanted of lists[i]!) {
        if (!known.includes(wanted)) mistakes.push({ path, message: messageOf(kind, wanted, known) });
      }
    }
  }
}

function messageOf(kind: string, wanted: string, known: readonly string[]): string {
  if (known.length > 0) return unknownWord(kind, wanted, known);
  return `there is no ${kind} ${wanted}: add --${kind} 'name=${wanted} internal path=/${wanted}/* -> POOL'`;
}
