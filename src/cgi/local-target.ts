import { CLASS, SLASH, TARGET } from '../http1/bytes.ts';
import { byteName, quoted, refusal } from '../http1/refusal.ts';

/**
 * Whether the value of a Location field without a status asks for another path of this server (RFC 3875, 6.2.2). One that
 * begins with `//` names a host, and a fragment is for the client to act on: those are for the client to follow.
 */
export function isLocalTarget(location: string): boolean {
  return location.charCodeAt(0) === SLASH && location.charCodeAt(1) !== SLASH && !location.includes('#');
}

/** Throws http_protocol_error for a local target with a byte that no request target may have (RFC 9112, 3.2). */
export function checkLocalTarget(target: string): void {
  for (let at = 0; at < target.length; at++) {
    const byte = target.charCodeAt(at);
    if ((CLASS[byte]! & TARGET) !== 0) continue;
    throw refusal(
      'http_protocol_error',
      `field Location: ${quoted(target)}: ${byteName(byte)} may not stand in a path; encode it`,
    );
  }
}
