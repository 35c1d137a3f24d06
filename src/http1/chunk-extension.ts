import { BACKSLASH, CLASS, CR, EQUALS, HTAB, QUOTE, QUOTED, SEMICOLON, SP, TEXT, TOKEN } from './bytes.ts';

/** The state before the first byte after a chunk size. */
export const EXTENSION_START = 0;

/** The state after the carriage return that ends a chunk-size line. */
export const EXTENSION_END = 8;

/** The state after a byte that may not stand there. */
export const EXTENSION_BAD = 9;

const BEFORE_SEMICOLON = 1;
const BEFORE_NAME = 2;
const NAME = 3;
const AFTER_NAME = 4;
const BEFORE_VALUE = 5;
const VALUE = 6;
const QUOTED_VALUE = 7;
const ESCAPED = 10;

/**
 * The state after one more byte of chunk-ext (RFC 9112, 7.1.1): `;name`, `;name=token`, `;name="text"`, repeated, with
 * white space only where the grammar has BWS, and so never before the line's end.
 */
export function nextInExtension(state: number, byte: number): number {
  switch (state) {
    case BEFORE_NAME:
      return isSpace(byte) ? state : isToken(byte) ? NAME : EXTENSION_BAD;
    case NAME:
      return isToken(byte) ? state : byte === EQUALS ? BEFORE_VALUE : afterItem(byte, AFTER_NAME);
    case AFTER_NAME:
      return isSpace(byte) ? state : byte === EQUALS ? BEFORE_VALUE : semicolon(byte);
    case BEFORE_VALUE:
      return isSpace(byte) ? state : isToken(byte) ? VALUE : byte === QUOTE ? QUOTED_VALUE : EXTENSION_BAD;
    case VALUE:
      return isToken(byte) ? state : afterItem(byte, BEFORE_SEMICOLON);
    case QUOTED_VALUE:
      return inQuotes(byte);
    case ESCAPED:
      return (CLASS[byte]! & TEXT) !== 0 ? QUOTED_VALUE : EXTENSION_BAD;
    case BEFORE_SEMICOLON:
      return isSpace(byte) ? state : semicolon(byte);
    default:
      return afterItem(byte, BEFORE_SEMICOLON);
  }
}

function isSpace(byte: number): boolean {
  return byte === SP || byte === HTAB;
}

function isToken(byte: number): boolean {
  return (CLASS[byte]! & TOKEN) !== 0;
}

function semicolon(byte: number): number {
  return byte === SEMICOLON ? BEFORE_NAME : EXTENSION_BAD;
}

function afterItem(byte: number, ifSpace: number): number {
  if (byte === CR) return EXTENSION_END;
  return isSpace(byte) ? ifSpace : semicolon(byte);
}

function inQuotes(byte: number): number {
  if (byte === QUOTE) return EXTENSION_START;
  if (byte === BACKSLASH) return ESCAPED;
  return (CLASS[byte]! & QUOTED) !== 0 ? QUOTED_VALUE : EXTENSION_BAD;
}
