import {
  CONNECTION,
  CONTENT_LENGTH,
  EXPECT,
  type FieldLines,
  HOST,
  KEEP_ALIVE,
  listMembers,
  OTHER,
  PROXY_CONNECTION,
  TE,
  TRAILER,
  TRANSFER_ENCODING,
  UPGRADE,
} from '../fields.ts';
import type { HeadFields } from './head.ts';

const NONE: readonly string[] = [];

/** Options of Connection that are no field names, or name fields that stop at the border in any case. */
const KNOWN_OPTIONS = new Set(['close', 'keep-alive', 'upgrade', 'te', '']);

/** Whether a field of this code stops at the border by itself: hop-by-hop (RFC 9110, 7.6.1), framing, or Host. */
function stopsAtBorder(code: number): boolean {
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
export function namedByConnection(head: HeadFields): readonly string[] {
  const { codes, count } = head;
  let named: string[] | undefined;
  for (let i = 0; i < count; i++) {
    if (codes[i] !== CONNECTION) continue;
    for (const option of optionsOf(head.value(i))) {
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
  return listMembers(value.toLowerCase());
}

/** Whether a field stops at the border: by its code, or because Connection names it. */
export function isHopByHop(head: HeadFields, index: number, named: readonly string[]): boolean {
  const code = head.codes[index]!;
  if (code !== OTHER && stopsAtBorder(code)) return true;
  return named.length !== 0 && named.includes(head.name(index).toLowerCase());
}

/** End-to-end fields only: without what stops at the border and what Connection names. */
export function endToEnd(head: HeadFields): FieldLines {
  const named = namedByConnection(head);
  let lines = '';
  let run = 0;
  for (let i = 0; i < head.count; i++) {
    if (!isHopByHop(head, i, named)) continue;
    lines += head.lines(run, i);
    run = i + 1;
  }
  return lines + head.lines(run, head.count);
}
