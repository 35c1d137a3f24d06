import { parseBackendUrl } from '../config/backend-url.ts';
import type { BackendConfig } from '../config/config.ts';
import { Misread } from '../config/misread.ts';
import { LATER, SCHEMES } from '../config/schemes.ts';
import { UsageError } from './usage-error.ts';

const PROBED = ['http', 'https', 'http+unix', 'fcgi', 'fcgis', 'fcgi+unix'];

/** What a reader makes of an argument; a Misread becomes a UsageError that names the argument. */
export function readArgument<T>(place: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof Misread ? new UsageError(`${place}: ${error.message}`) : error;
  }
}

/** The backend of a URL that `probe` can speak to; throws Misread. */
export function parseProbed(url: string): BackendConfig {
  const scheme = /^([a-z0-9+]+):\/\//i.exec(url)?.[1]?.toLowerCase() ?? '';
  if (scheme.startsWith('srv+')) throw new Misread('probe asks one server: write its host and port');
  if (Object.hasOwn(LATER, scheme)) throw new Misread(`${speaks()}; ${scheme} is not there yet`);
  if (Object.hasOwn(SCHEMES, scheme) && !PROBED.includes(scheme))
    throw new Misread(`${speaks()}, not ${scheme}`);
  if (/^(?:http|fcgi)s?:\/\/[^/]+\/./i.test(url.split(',', 1)[0]!)) {
    throw new Misread('a backend URL ends after the port; the path is an argument of its own');
  }
  return parseBackendUrl(url);
}

function speaks(): string {
  return `probe speaks ${PROBED.slice(0, -1).join(', ')} and ${PROBED.at(-1)}`;
}

/** A path with its query, as it is sent; throws Misread. */
export function parsePath(path: string): string {
  if (!path.startsWith('/') && path !== '*') throw new Misread(`a path begins with "/"; write /${path}`);
  if (/[^\x21-\x7e]/.test(path))
    throw new Misread('a path has no spaces and only ASCII; write %20 for a space');
  return path;
}

/** A field written `Name: value`; throws Misread. */
export function parseField(text: string): [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Misread("expected a field such as 'Name: value'");
  return [name, value];
}
