import { FIELD_CODES, OTHER } from '../fields.ts';

const LONGEST = 31;
const AMBIGUOUS = 255;

/** Codes by length and first letter, which tell all known names apart; AMBIGUOUS where they do not. */
const BY_SHAPE = new Uint8Array((LONGEST + 1) * 32);

/** The known names by code, as they are mostly written: `User-Agent`. */
export const USUAL_NAMES: readonly string[] = spellings();

function spellings(): string[] {
  const names = [''];
  for (const [name, code] of FIELD_CODES) {
    const shape = name.length * 32 + (name.charCodeAt(0) & 31);
    BY_SHAPE[shape] = BY_SHAPE[shape] === OTHER ? code : AMBIGUOUS;
    names[code] = name === 'te' ? 'TE' : name.replace(/\b[a-z]/g, letter => letter.toUpperCase());
  }
  return names;
}

/**
 * What fieldCode says of the token in bytes[start, end), without making a string of it; negated if it is spelled in
 * another way than in USUAL_NAMES.
 */
export function fieldCodeAt(bytes: Buffer, start: number, end: number): number {
  const length = end - start;
  if (length > LONGEST) return OTHER;
  const code = BY_SHAPE[length * 32 + (bytes[start]! & 31)]!;
  if (code === OTHER) return OTHER;
  if (code === AMBIGUOUS) return -(FIELD_CODES.get(lowerCase(bytes, start, end)) ?? OTHER) | 0;
  return compare(bytes, start, end, code);
}

function compare(bytes: Buffer, start: number, end: number, code: number): number {
  const name = USUAL_NAMES[code]!;
  let result = code;
  for (let at = start; at < end; at++) {
    const difference = bytes[at]! ^ name.charCodeAt(at - start);
    if (difference === 0) continue;
    // Of all tchars only letters differ in this one bit from a letter, and none from a hyphen.
    if (difference !== 0x20) return OTHER;
    result = -code;
  }
  return result;
}

function lowerCase(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('latin1', start, end).toLowerCase();
}
