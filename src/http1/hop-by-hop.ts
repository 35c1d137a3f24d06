import {
  CONNECTION,
  CONTENT_LENGTH,
  EXPECT,
  type Fields,
  HOST,
  KEEP_ALIVE,
  OTHER,
  PROXY_CONNECTION,
  TE,
  TRAILER,
  TRANSFER_ENCODING,
  UPGRADE,
} from '../fields.ts';

const NONE: readonly string[] = [];

/** Options of Connection that are no field names, or name fields that stop at the border in any case. */
const KNOWN_OPTIONS = new Set(['close', 'keep-alive', 'upgrade', 'te', '']);

/** Whether a field of this code stops at the border by itself: hop-by-hop (RFC 9110, 7.6.1), framing, or Host. */
export function stopsAtBorder(code: number): boolean {
  switch (code) {
    case CONNECTION:
    case KEEP_ALIVE:
    case PROXY_CONNECTION:
    case TE:
    case TRAILER:
    case TRANSFER_ENCODING:
    case UPGRADE:
    case CONTENT_LENGTH:
    case HOST:
    case EXPECT:
      return true;
    default:
      return false;
  }
}

/** The fields that Connection names, in lower case: they are hop-by-hop as well (RFC 9110, 7.6.1). */
export function namedByConnection(fields: Fields, codes: Uint8Array, count: number): readonly string[] {
  let named: string[] | undefined;
  for (let i = 0; i < count; i++) {
    if (codes[i] !== CONNECTION) continue;
    for (const option of optionsOf(fields[2 * i + 1]!)) {
      if (KNOWN_OPTIONS.has(option)) continue;
      if (named === undefined) named = [];
      named.push(option);
    }
  }
  return named ?? NONE;
}

/** The options of one Connection field, in lower case. */
function optionsOf(value: string): readonly string[] {
  if (value === 'keep-alive' || value === 'close' || value === 'Keep-Alive') return NONE;
  return value.split(',').map(option => option.trim().toLowerCase());
}

/** Whether a field is among the named ones; a code other than OTHER does not save it. */
export function isNamed(named: readonly string[], name: string): boolean {
  return named.length !== 0 && named.includes(name.toLowerCase());
}

/** End-to-end fields only: a fresh list without what stops at the border and what Connection names. */
export function endToEnd(fields: Fields, codes: Uint8Array, count: number): string[] {
  const named = namedByConnection(fields, codes, count);
  const kept: string[] = [];
  for (let i = 0; i < count; i++) {
    if (codes[i] !== OTHER && stopsAtBorder(codes[i]!)) continue;
    const name = fields[2 * i]!;
    if (isNamed(named, name)) continue;
    kept.push(name, fields[2 * i + 1]!);
  }
  return kept;
}
