import { CR, LF } from './bytes.ts';

const NAME = 'HTTP/';
const DOT = 0x2e;
const ZERO = 0x30;

/** Bytes of an HTTP-version: `HTTP/1.1`. */
export const VERSION_BYTES = 8;

/** Whether a byte may stand at an index of an HTTP-version: `HTTP/`, a digit, a dot, a digit (RFC 9112, 2.3). */
export function isVersionByte(index: number, byte: number): boolean {
  if (index < NAME.length) return byte === NAME.charCodeAt(index);
  if (index === NAME.length + 1) return byte === DOT;
  return byte >= ZERO && byte <= ZERO + 9;
}

/** The minor version if bytes[at ..] is HTTP/1.0 or HTTP/1.1, otherwise -1. */
export function minorVersion(bytes: Buffer, at: number): -1 | 0 | 1 {
  if (bytes[at + 5] !== ZERO + 1) return -1;
  if (bytes[at + 7] === ZERO + 1) return 1;
  return bytes[at + 7] === ZERO ? 0 : -1;
}

/** Whether HTTP/1.1 stands at bytes[at]: the one case that is worth a short cut. */
export function isCurrentVersion(bytes: Buffer, at: number): boolean {
  for (let index = 0; index < NAME.length; index++) {
    if (bytes[at + index] !== NAME.charCodeAt(index)) return false;
  }
  return bytes[at + 5] === ZERO + 1 && bytes[at + 6] === DOT && bytes[at + 7] === ZERO + 1;
}

/** Whether HTTP/1.1 and the end of a line stand at bytes[at]. */
export function isCurrentVersionLine(bytes: Buffer, at: number): boolean {
  return bytes[at + 8] === CR && bytes[at + 9] === LF && isCurrentVersion(bytes, at);
}
