import { decodedPath } from '../../cgi/decoded-path.ts';
import { latin1Path } from '../../cgi/file-lookup.ts';
import type { PoolConfig } from '../../config/config.ts';
import { pathOf } from '../../http1/target.ts';
import type { Script } from '../../protocol.ts';

/** The path of a check as an application of the CGI family is told it. */
export interface CheckedScript {
  readonly script: Script | null;
  /** The front part of the path that stands for the application. */
  readonly mount: string;
}

/**
 * What a check of a path runs at an endpoint of that scheme. For FastCGI the path itself is the script, be there such a file
 * or not, for that is how PHP-FPM knows its ping and status paths; other applications see the path as for any request.
 * Throws GatewayError for a path that has more than one reading.
 */
export function checkedScript(target: string, scheme: string, pool: PoolConfig): CheckedScript {
  const { site, mount } = pool;
  if (!/^(?:fcgi|scgi|uwsgi|cgi)\b/.test(scheme)) return { script: null, mount };
  const whole = decodedPath(pathOf(target));
  const isBelow = whole.startsWith(`${mount}/`);
  const path = isBelow ? whole.slice(mount.length) : whole;
  const script = scriptOf(path, scheme.startsWith('fcgi'), site);
  return { script, mount: script === null || isBelow ? mount : '' };
}

function scriptOf(path: string, fastcgi: boolean, site: PoolConfig['site']): Script | null {
  // Beside the script's name the path is there as PATH_INFO for those that run no scripts.
  if (site === undefined) return fastcgi ? { root: '', name: path, pathInfo: path } : null;
  const root = latin1Path(site.root);
  const end = endOfScript(path, site.suffixes);
  if (end !== -1) return { root, name: path.slice(0, end), pathInfo: path.slice(end) };
  if (!fastcgi && site.script !== '') return { root, name: latin1Path(site.script), pathInfo: path };
  return fastcgi ? { root, name: path, pathInfo: '' } : null;
}

/** Where the name of a script ends in a path; -1: there is none. */
function endOfScript(path: string, suffixes: readonly string[]): number {
  const lower = path.toLowerCase();
  for (let slash = lower.indexOf('/', 1); ; slash = lower.indexOf('/', slash + 1)) {
    const end = slash === -1 ? path.length : slash;
    const front = lower.slice(0, end);
    if (suffixes.some(suffix => front.endsWith(suffix))) return end;
    if (slash === -1) return -1;
  }
}
