import type { GatewayError } from '../errors.ts';
import { SLASH } from './bytes.ts';
import { isAuthority } from './host.ts';
import { quoted, refusal } from './refusal.ts';

/** The parts of a request target: an authority in absolute-form only, and the path with its query, or `*`. */
export interface SplitTarget {
  readonly authority: string;
  readonly path: string;
}

const ABSOLUTE = /^https?:\/\/([^/?]*)/i;

/**
 * Checks that a target is in a form that its method allows (RFC 9112, 3.2); throws http_request_error. That its bytes
 * are allowed has been seen to.
 */
export function checkTarget(method: string, target: string): void {
  if (method === 'CONNECT') {
    const hasPort = /:\d+$/.test(target);
    if (!hasPort || !isAuthority(target)) throw badTarget(target, 'CONNECT needs host:port');
    return;
  }
  if (target.charCodeAt(0) === SLASH) return;
  if (target === '*') {
    if (method !== 'OPTIONS') throw badTarget(target, 'only OPTIONS may ask for it');
    return;
  }
  const authority = ABSOLUTE.exec(target)?.[1];
  if (authority === undefined) throw badTarget(target, 'it must begin with / or http:// or https://');
  // RFC 9110, 4.2.4: a name or password before the host is an error.
  if (authority.includes('@')) throw badTarget(target, 'no user name may stand before the host');
  if (!isAuthority(authority)) throw badTarget(target, 'it names no valid host');
}

/**
 * Splits a checked target. An absolute-form without a path means `/` (RFC 9110, 4.2.3), or, in an OPTIONS request, the
 * server as a whole: `*` (RFC 9112, 3.2.4).
 */
export function splitTarget(target: string, method: string): SplitTarget {
  if (target.charCodeAt(0) === SLASH) return { authority: '', path: target };
  const match = ABSOLUTE.exec(target);
  if (match === null) return { authority: '', path: target };
  const path = target.slice(match[0].length);
  if (path === '' && method === 'OPTIONS') return { authority: match[1]!, path: '*' };
  return { authority: match[1]!, path: path.charCodeAt(0) === SLASH ? path : `/${path}` };
}

/** The path of a target: what stands before its query. */
export function pathOf(target: string): string {
  const question = target.indexOf('?');
  return question === -1 ? target : target.slice(0, question);
}

/** The query of a target, without its question mark; empty if it has none. */
export function queryOf(target: string): string {
  const question = target.indexOf('?');
  return question === -1 ? '' : target.slice(question + 1);
}

function badTarget(target: string, remedy: string): GatewayError {
  return refusal('http_request_error', `target ${quoted(target)}: ${remedy}`);
}
