/**
 * A name as Node.js gives it, one attribute a line and the most general first, in the notation of RFC 4514: the other way
 * round, with commas. Bytes as latin1; what could end a line is a question mark.
 */
export function distinguishedName(lines: string | undefined): string {
  const text = (lines ?? '').split('\n').reverse().join(',');
  return Buffer.from(text, 'utf8').toString('latin1').replace(CONTROL, '?');
}

const CONTROL = /[\x00-\x1f\x7f]/g;
