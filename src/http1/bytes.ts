/** Bytes with a meaning in an HTTP/1.1 message. */
export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const QUOTE = 0x22;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;

/** Bits of CLASS: where a byte may stand. */
export const TOKEN = 1;
export const TARGET = 2;
export const TEXT = 4;
export const QUOTED = 8;
export const HOST_NAME = 16;

/**
 * The classes of every byte: TOKEN is tchar (RFC 9110, 5.6.2); TARGET anything visible but `#`, and bytes from 0x80,
 * since clients send raw UTF-8; TEXT a byte of a field value or reason phrase (RFC 9110, 5.5); QUOTED one of a quoted
 * string that stands for itself (RFC 9110, 5.6.4); HOST_NAME one of a reg-name (RFC 3986, 3.2.2) but for `%`.
 */
export const CLASS = new Uint8Array(256);

/** The value of a hexadecimal digit, 255 for every other byte. */
export const HEX = new Uint8Array(256).fill(255);

function mark(characters: string, bits: number): void {
  for (let i = 0; i < characters.length; i++) CLASS[characters.charCodeAt(i)]! |= bits;
}

const ALPHANUMERIC = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

mark(ALPHANUMERIC, TOKEN | HOST_NAME);
mark("!#$%&'*+-.^_`|~", TOKEN);
mark("-._~!$&'()*+,;=", HOST_NAME);
for (let byte = 0x20; byte < 256; byte++) if (byte !== 0x7f) CLASS[byte]! |= TARGET | TEXT | QUOTED;
CLASS[HTAB]! |= TEXT | QUOTED;
CLASS[SP]! &= ~TARGET;
CLASS[0x23]! &= ~TARGET;
CLASS[QUOTE]! &= ~QUOTED;
CLASS[BACKSLASH]! &= ~QUOTED;
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}
