import { fromByteText } from '../config/byte-text.ts';
import type { PoolConfig, SpawnConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { isCgiFamily } from '../config/schemes.ts';

/** What a pool starts, and what its applications are told beside the request, in words. */
export function applicationLines(pool: PoolConfig): string[] {
  const started = pool.spawn === undefined ? [] : spawnLines(pool.spawn);
  return pool.backends.some(({ scheme }) => isCgiFamily(scheme)) ? [...started, ...toldLines(pool)] : started;
}

function spawnLines(spawn: SpawnConfig): string[] {
  const { command, protocol, min, max, concurrency, user, group, directory, environment } = spawn;
  const processes = min === max ? `${max}` : `${min} to ${max}`;
  const each = concurrency === 1 ? 'one request' : `${concurrency} requests`;
  const owner = [user && `user ${user}`, group && `group ${group}`, directory && `in ${directory}`].filter(
    Boolean,
  );
  const names = Object.keys(environment);
  return [
    `starts ${command.map(quoted).join(' ')}`,
    `  speaks ${protocol}, ${processes} ${max === 1 ? 'process' : 'processes'} as the load wants, ${each} at a time each`,
    `  up within ${formatDuration(spawn.startTimeout)}, ends when idle for ${formatDuration(spawn.idleTimeout)}, killed ${formatDuration(spawn.stopTimeout)} after it was told to end`,
    ...(owner.length === 0 ? [] : [`  runs as ${owner.join(', ')}`]),
    ...(names.length === 0 ? [] : [`  environment: ${names.join(', ')}`]),
  ];
}

function toldLines({ mount, variables, authorization, site, backends }: PoolConfig): string[] {
  const names = variables.filter((_, i) => i % 2 === 0);
  const roots = [...new Set(backends.map(({ docroot }) => docroot))].filter(root => root !== '');
  return [
    ...(site === undefined && mount === '' ? ['the application is told the whole path (PATH_INFO)'] : []),
    ...(mount === '' ? [] : [`the application stands at ${fromByteText(mount)} (SCRIPT_NAME)`]),
    ...roots.map(root => `it sees its files below ${fromByteText(root)}`),
    ...(names.length === 0 ? [] : [`it is given ${names.join(', ')}`]),
    ...(authorization === 'auto'
      ? []
      : [`it ${authorization === 'yes' ? 'sees' : 'never sees'} the Authorization field`]),
  ];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
