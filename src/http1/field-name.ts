import { FIELD_CODES, fieldCode, OTHER } from '../fields.ts';

const LONGEST = 31;
const AMBIGUOUS = 255;

/** How all the fields begin that proxies make up as they need them. */
const FAMILY = Buffer.from('x-forwarded-');
const HYPHEN = 0x2d;
const UNDERSCORE = 0x5f;

/** Codes by length and first letter, which tell all known names apart; AMBIGUOUS where they do not. */
const BY_SHAPE = new Uint8Array((LONGEST + 1) * 32);

/** The known names by shape, in lower case; of an ambiguous one, any of them. */
const NAMES: readonly string[] = lowerNames();

function lowerNames(): string[] {
  const names = new Array<string>(BY_SHAPE.length).fill('');
  for (const [name, code] of FIELD_CODES) {
    const shape = name.length * 32 + (name.charCodeAt(0) & 31);
    BY_SHAPE[shape] = BY_SHAPE[shape] === OTHER ? code : AMBIGUOUS;
    names[shape] = name;
  }
  return names;
}

/** What fieldCode says of the token in bytes[start, end), without making a string of it. */
export function fieldCodeAt(bytes: Buffer, start: number, end: number): number {
  const length = end - start;
  const shape = length > LONGEST ? 0 : length * 32 + (bytes[start]! & 31);
  const code = BY_SHAPE[shape]!;
  if (code === AMBIGUOUS) return fieldCode(bytes.toString('latin1', start, end));
  if (code !== OTHER && spells(bytes, start, end, NAMES[shape]!)) return code;
  return length >= FAMILY.length && isOfFamily(bytes, start)
    ? fieldCode(bytes.toString('latin1', start, end))
    : OTHER;
}

/** Whether a name begins like those of the family. */
function isOfFamily(bytes: Buffer, start: number): boolean {
  for (let i = 0; i < FAMILY.length; i++) {
    const byte = bytes[start + i]!;
    // Many applications read `_` and `-` as the same.
    if (FAMILY[i] === HYPHEN ? byte !== HYPHEN && byte !== UNDERSCORE : (byte ^ FAMILY[i]!) & 0xdf)
      return false;
  }
  return true;
}

/** Whether the bytes are a name, in whatever case. */
function spells(bytes: Buffer, start: number, end: number, name: string): boolean {
  for (let at = start; at < end; at++) {
    // Of all tchars only letters differ in this one bit from a letter, and none from a hyphen.
    if ((bytes[at]! ^ name.charCodeAt(at - start)) & 0xdf) return false;
  }
  return true;
}
