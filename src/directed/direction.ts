import type { PoolConfig } from '../config/config.ts';
import { type FieldLines, firstValue } from '../fields.ts';
import { fileNamedBy } from '../site/sendfile.ts';

/** What an answer asks for in its place. */
export type Direction =
  /** A file below the pool's sendfile root. */
  | { readonly kind: 'file'; readonly file: string }
  /** What a GET for another path of this gateway gets, by a route that the pool may use. */
  | { readonly kind: 'route'; readonly target: string }
  /** The same request once more, elsewhere; empty: as it was. */
  | { readonly kind: 'restart'; readonly target: string; readonly host: string; readonly pool: string }
  /** The body of one of these URLs, of so many bytes if that is said. */
  | { readonly kind: 'fetch'; readonly urls: readonly string[]; readonly size: number | undefined };

/** So many URLs are tried. */
const MOST_URLS = 16;

/** What the fields of an answer ask for, as far as the backends of its pool may; undefined: nothing. */
export function directionOf(fields: FieldLines, config: PoolConfig): Direction | undefined {
  const { accelRoutes, rewritePools, reproxyPools } = config.directs;
  return (
    (reproxyPools.length > 0 ? fetchOf(fields) : undefined) ??
    (accelRoutes.length > 0 ? routeOf(fields) : undefined) ??
    (config.sendfileRoot !== '' ? fileOf(fields) : undefined) ??
    (rewritePools.length > 0 ? restartOf(fields) : undefined)
  );
}

function fetchOf(fields: FieldLines): Direction | undefined {
  const value = firstValue(fields, 'x-reproxy-url');
  if (value === undefined) return undefined;
  const size = firstValue(fields, 'x-reproxy-expected-size');
  const urls = value.split(/[ \t]+/).filter(url => url !== '');
  return {
    kind: 'fetch',
    urls: urls.slice(0, MOST_URLS),
    size: size === undefined ? undefined : Number(size),
  };
}

function routeOf(fields: FieldLines): Direction | undefined {
  const target = firstValue(fields, 'x-accel-redirect');
  return target === undefined ? undefined : { kind: 'route', target };
}

function fileOf(fields: FieldLines): Direction | undefined {
  const file = fileNamedBy(fields);
  return file === undefined ? undefined : { kind: 'file', file };
}

function restartOf(fields: FieldLines): Direction | undefined {
  const target = firstValue(fields, 'x-rewrite-uri') ?? '';
  const host = firstValue(fields, 'x-rewrite-host') ?? '';
  const pool = firstValue(fields, 'x-rewrite-backend') ?? '';
  return target + host + pool === '' ? undefined : { kind: 'restart', target, host, pool };
}
