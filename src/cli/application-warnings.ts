import type { BackendConfig, PoolConfig } from '../config/config.ts';

/** What an application will not be told though it needs it, and limits that are better set; one line each. */
export function applicationWarnings(pool: PoolConfig): string[] {
  const fcgi = pool.backends.filter(({ scheme }) => /^fcgis?\b/.test(scheme));
  if (fcgi.length === 0) return [];
  return [...scriptless(pool, fcgi), ...unlimited(pool, fcgi)];
}

function scriptless(pool: PoolConfig, fcgi: readonly BackendConfig[]): string[] {
  const told = pool.variables.some((name, i) => i % 2 === 0 && name === 'SCRIPT_FILENAME');
  const php = fcgi.find(isPhp) ?? (pool.spawn?.command.some(word => /php/i.test(word)) ? fcgi[0] : undefined);
  if (pool.site !== undefined || told || php === undefined) return [];
  return [
    `the pool ${pool.name} has neither a root nor a script: ${pool.spawn === undefined ? php.url : 'its application'} looks like PHP, which will get no SCRIPT_FILENAME and find no file; add --root DIR, or --script FILE`,
  ];
}

function isPhp({ path, host, port }: BackendConfig): boolean {
  return /php|fpm/i.test(path) || /php|fpm/i.test(host) || port === 9000;
}

function unlimited(
  { name, maxConns, poolMaxConns, balance }: PoolConfig,
  fcgi: readonly BackendConfig[],
): string[] {
  if (balance.kind === 'fair' || Number.isFinite(poolMaxConns)) return [];
  const open = fcgi.filter(backend => !Number.isFinite(backend.maxConns ?? maxConns));
  if (open.length === 0) return [];
  return [
    `the pool ${name} has no limit for ${open[0]!.url}: add ,max-conns=N with as many as it has workers (pm.max_children of PHP-FPM), so that requests wait in the queue here, connections are kept, and slow clients hold no worker`,
  ];
}
