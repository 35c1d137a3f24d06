import { GatewayError } from '../errors.ts';

/** What a gateway and the application behind it may read differently, so that a rule on a path could be walked around. */
const AMBIGUOUS = /%(?:2f|5c|00|2e)|\/\/|\\|;|\/\.\.?(?:\/|$)/i;

/**
 * The path of a target as routes see it: percent-decoded once, without the query. The backend still gets the bytes that
 * came. Throws http_request_error for a path that has more than one reading.
 */
export function matchingPath(target: string): string {
  const end = target.indexOf('?');
  const path = end === -1 ? target : target.slice(0, end);
  if (AMBIGUOUS.test(path)) {
    throw new GatewayError(
      'http_request_error',
      `path ${JSON.stringify(path)} has more than one reading, and routes go by path`,
    );
  }
  return path.includes('%') ? decoded(path) : path;
}

/** Decoded byte by byte: the bytes of a path are latin1 here, whatever the application takes them for. */
function decoded(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
