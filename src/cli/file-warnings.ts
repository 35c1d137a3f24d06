import { existsSync } from 'node:fs';
import type { BackendConfig, PoolConfig } from '../config/config.ts';
import { isDirectory, isExecutable, isFile } from './files.ts';

/** Files that a pool speaks of and that are not there, cannot be run, or hold its requests; one line each. */
export function fileWarnings(pool: PoolConfig): string[] {
  return [
    ...pool.backends.flatMap(backend => programFaults(pool.name, backend)),
    ...scriptFaults(pool),
    ...held(pool),
  ];
}

function held({ name, hold }: PoolConfig): string[] {
  if (hold.file === '' || !existsSync(hold.file)) return [];
  return [`the pool ${name}: ${hold.file} exists, so its requests are held until it is removed`];
}

function programFaults(pool: string, { scheme, path }: BackendConfig): string[] {
  if (scheme !== 'cgi') return [];
  const directory = path.endsWith('/');
  const there = directory ? isDirectory(path.slice(0, -1)) : isFile(path) || isDirectory(path);
  if (!there) {
    const [what, status] = directory ? ['directory', 404] : ['program', 502];
    return [`the pool ${pool}: there is no ${what} ${path}: every request would get ${status}`];
  }
  if (isDirectory(path) || isExecutable(path)) return [];
  return [
    `the pool ${pool}: the program ${path} may not be executed: chmod +x makes it so; until then requests get 502`,
  ];
}

/** Only the application sees the files where it has a document root of its own. */
function scriptFaults({ name, site, backends }: PoolConfig): string[] {
  if (site === undefined || backends.some(({ docroot }) => docroot !== '')) return [];
  const named = site.script !== '' ? [site.script] : site.try.filter(entry => entry.startsWith('/'));
  return named
    .filter(file => !isFile(site.root + file))
    .map(
      file =>
        `the pool ${name}: there is no ${site.root}${file} here, which requests would fall to; it may be where only the application sees it`,
    );
}
