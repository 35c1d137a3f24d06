import type { Fields } from '../fields.ts';

export { reasonPhrase } from './reason-phrases.ts';

/** The last chunk of a chunked body without trailers, and the empty line after it. */
export const LAST_CHUNK = '0\r\n\r\n';

/** The line before a chunk of that many bytes, of which there must be at least one. */
export function chunkHeader(bytes: number): string {
  return `${bytes.toString(16)}\r\n`;
}

/** The last chunk, trailers and the empty line that ends the body. */
export function lastChunk(trailers: Fields): string {
  return trailers.length === 0 ? LAST_CHUNK : `0\r\n${fieldLines(trailers)}\r\n`;
}

/** Fields as lines, each with its line end. */
export function fieldLines(fields: Fields): string {
  let lines = '';
  for (let i = 0; i < fields.length; i += 2) lines += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return lines;
}
