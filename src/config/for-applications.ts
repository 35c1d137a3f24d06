import type { BackendConfig, PoolConfig } from './config.ts';
import type { PoolSettings } from './pool-schema.ts';
import { isCgiFamily } from './schemes.ts';
import type { Composing } from './source.ts';

/** What only applications of the CGI family hear: keys of a pool, and keys at the top. */
const OF_A_POOL = ['script', 'script-suffix', 'mount', 'variables', 'authorization'] as const;
const AT_THE_TOP = ['script', 'script-suffix', 'mount', 'variable', 'authorization'];
const FAMILY = 'fcgi, scgi, uwsgi or cgi';

/** Whether the backends of a pool belong to the CGI family. */
export function runsScripts(backends: readonly BackendConfig[]): boolean {
  return backends.some(({ scheme }) => isCgiFamily(scheme));
}

/** Keys of a pool that none of its backends would hear, among the mistakes. */
export function refuseForeign(
  name: string,
  pool: PoolSettings,
  backends: readonly BackendConfig[],
  { mistakes }: Composing,
): void {
  if (runsScripts(backends) || backends.length === 0) return;
  for (const key of OF_A_POOL) {
    if (pool[key] === undefined) continue;
    const message = `it is for backends of the schemes ${FAMILY}, and the pool ${name} has none`;
    mistakes.push({ path: ['pools', name, key], message });
  }
}

/** Keys at the top that no backend would hear, among the mistakes. */
export function refuseUnheard(pools: readonly PoolConfig[], { given, mistakes }: Composing): void {
  const backends = pools.flatMap(pool => pool.backends);
  if (backends.length === 0 || runsScripts(backends)) return;
  for (const key of AT_THE_TOP) {
    if (!given.has(key)) continue;
    mistakes.push({ path: [key], message: `it is for backends of the schemes ${FAMILY}, and there is none` });
  }
}
