import { isIP } from 'node:net';
import { isLocal } from '../config/backend-host.ts';
import type { BackendConfig, Config, ResolverConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';

/** What a name was found to stand for, in words; undefined: it was not looked up. */
export type Found = (backend: BackendConfig) => string | undefined;

/** What the host of a backend stands for, in words; nothing for an address, a path, and the loopback. */
export function nameWords(backend: BackendConfig, found: Found): string[] {
  if (!hasName(backend)) return [];
  const family = backend.family === 0 ? '' : ` of IPv${backend.family}`;
  const words = {
    addresses: `every address${family} of the name`,
    services: `every server${family} of its SRV records`,
    no: `one endpoint, whatever addresses${family} the name has`,
  };
  const now = found(backend);
  return [words[backend.expand], ...(now === undefined ? [] : [`at present ${now}`])];
}

/** Whether the host of a backend has to be looked up. */
export function hasName({ host }: BackendConfig): boolean {
  return host !== '' && isIP(host) === 0 && !isLocal(host);
}

/** Who is asked for names, and how long answers count, in words; nothing where there are no names. */
export function resolverLines({ pools, resolver }: Config): string[] {
  const asks = pools.some(({ backends }) => backends.some(hasName));
  return asks ? [`Names: ${resolverLine(resolver)}`] : [];
}

function resolverLine({ servers, minTtl, maxTtl, stale, timeout }: ResolverConfig): string {
  const who = servers.length === 0 ? 'the system' : servers.join(', ');
  const last =
    stale === 0
      ? 'the last good answer is not used beyond its time'
      : `the last good answer is used ${Number.isFinite(stale) ? `for ${formatDuration(stale)}` : 'for ever'} beyond its time`;
  return `asked of ${who}, within ${formatDuration(timeout)}; believed for ${formatDuration(minTtl)} to ${formatDuration(maxTtl)}; ${last}`;
}
