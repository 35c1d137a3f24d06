import { trimmed } from './trimmed.ts';

const ZERO = 0x30;

/**
 * The number of a Content-Length value: digits alone, or a list of the same number over and over, which RFC 9112, 6.3
 * allows to be read as that number. Returns -1 for anything else, and above Number.MAX_SAFE_INTEGER.
 */
export function contentLength(value: string): number {
  const length = digits(value, 0, value.length);
  return length >= 0 || value.indexOf(',') < 0 ? length : repeated(value);
}

function digits(text: string, start: number, end: number): number {
  if (start === end) return -1;
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
    if (number > Number.MAX_SAFE_INTEGER) return -1;
  }
  return number;
}

function repeated(value: string): number {
  let same = -1;
  for (const part of value.split(',')) {
    const text = trimmed(part, ' \t');
    const length = digits(text, 0, text.length);
    if (length < 0 || (same >= 0 && length !== same)) return -1;
    same = length;
  }
  return same;
}
