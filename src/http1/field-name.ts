import { FIELD_CODES, OTHER } from '../fields.ts';

const LONGEST = 31;
const AMBIGUOUS = 255;

/** Codes by length and first letter, which tell all known names apart; AMBIGUOUS where they do not. */
const BY_SHAPE = new Uint8Array((LONGEST + 1) * 32);

/** The known names by code, in lower case. */
const NAMES: string[] = [];

for (const [name, code] of FIELD_CODES) {
  const shape = name.length * 32 + (name.charCodeAt(0) & 31);
  BY_SHAPE[shape] = BY_SHAPE[shape] === OTHER ? code : AMBIGUOUS;
  NAMES[code] = name;
}

function isName(bytes: Buffer, start: number, end: number, lowerName: string): boolean {
  for (let at = start; at < end; at++) {
    // Of all tchars only an upper-case letter becomes a letter by this bit, and none becomes a hyphen or a digit.
    if ((bytes[at]! | 0x20) !== lowerName.charCodeAt(at - start)) return false;
  }
  return true;
}

/** What fieldCode says of the token in bytes[start, end), without making a string of it. */
export function fieldCodeAt(bytes: Buffer, start: number, end: number): number {
  const length = end - start;
  if (length > LONGEST) return OTHER;
  const code = BY_SHAPE[length * 32 + (bytes[start]! & 31)]!;
  if (code === OTHER) return OTHER;
  if (code === AMBIGUOUS) return FIELD_CODES.get(bytes.toString('latin1', start, end).toLowerCase()) ?? OTHER;
  return isName(bytes, start, end, NAMES[code]!) ? code : OTHER;
}
