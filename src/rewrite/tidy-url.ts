import { HEX } from '../http1/bytes.ts';

const PERCENT = 0x25;
const ENCODED = /%[0-9a-f]{2}/gi;
const UNRESERVED = /[\w.~-]/;

/** What a byte of a path stands for: itself, or the byte that three characters encode. */
export interface PathByte {
  readonly byte: number;
  readonly length: 1 | 3;
}

/** The byte that stands at an index of URL text, percent-encoded or not. */
export function byteAt(text: string, at: number): PathByte {
  const code = text.charCodeAt(at);
  if (code === PERCENT) {
    const high = HEX[text.charCodeAt(at + 1)] ?? 255;
    const low = HEX[text.charCodeAt(at + 2)] ?? 255;
    if (high < 16 && low < 16) return { byte: high * 16 + low, length: 3 };
  }
  return { byte: code, length: 1 };
}

/**
 * URL text in which nothing is percent-encoded that does not have to be, and the digits of what is are in upper case
 * (RFC 3986, 6.2.2): two texts that mean the same to everybody are the same then.
 */
export function tidied(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(ENCODED, written => {
    const character = String.fromCharCode(byteAt(written, 0).byte);
    return UNRESERVED.test(character) ? character : written.toUpperCase();
  });
}

/** Where in the text stands what is at an index of its tidied form. */
export function indexBefore(text: string, index: number): number {
  if (!text.includes('%')) return index;
  let at = 0;
  for (let passed = 0; passed < index; passed++) {
    const { byte, length } = byteAt(text, at);
    at += length === 3 && UNRESERVED.test(String.fromCharCode(byte)) ? 3 : 1;
  }
  return at;
}
