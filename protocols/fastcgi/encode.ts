import type { Fields } from '../../src/fields.ts';
import type { ByteSink } from '../../src/protocol.ts';
import {
  ABORT_REQUEST,
  BEGIN_REQUEST,
  GET_VALUES,
  MOST_CONTENT,
  NO_REQUEST,
  PARAMS,
  padding,
  recordHeader,
  STDIN,
  unpaddedHeader,
} from './record.ts';

/** Lengths of a name and a value below 128, one byte each (FastCGI 1.0, section 3.4); filled when first needed. */
const SHORT_LENGTHS = new Array<string | undefined>(128 * 128).fill(undefined);

/** The start of a request in the role of a responder: who it is, whether the connection stays, and its variables. */
export function encodeBegin(id: number, keep: boolean, variables: Fields): string {
  const begin = `${recordHeader(BEGIN_REQUEST, id, 8)}\0\x01${keep ? '\x01' : '\0'}\0\0\0\0\0`;
  const pairs = encodePairs(variables);
  if (pairs.length > MOST_CONTENT) return begin + encodeStream(PARAMS, id, pairs);
  return `${begin}${recordHeader(PARAMS, id, pairs.length)}${pairs}${padding(pairs.length)}${recordHeader(PARAMS, id, 0)}`;
}

/** Names and values as name-value pairs, with lengths of one byte or four for either (FastCGI 1.0, section 3.4). */
export function encodePairs(variables: Fields): string {
  let pairs = '';
  for (let i = 0; i < variables.length; i += 2) {
    const name = variables[i]!;
    const value = variables[i + 1]!;
    pairs += lengths(name.length, value.length) + name + value;
  }
  return pairs;
}

function lengths(name: number, value: number): string {
  if (name > 127 || value > 127) return length(name) + length(value);
  // One string for both saves a concatenation: a quarter of the work of a pair.
  return (SHORT_LENGTHS[(name << 7) | value] ??= String.fromCharCode(name, value));
}

function length(count: number): string {
  if (count < 128) return String.fromCharCode(count);
  return String.fromCharCode((count >>> 24) | 128, (count >> 16) & 255, (count >> 8) & 255, count & 255);
}

/** A stream whole, in as many records as it takes; a pair may straddle two of them. */
function encodeStream(type: number, id: number, text: string): string {
  let stream = '';
  for (let at = 0; at < text.length; at += MOST_CONTENT) {
    const content = text.slice(at, at + MOST_CONTENT);
    stream += recordHeader(type, id, content.length) + content + padding(content.length);
  }
  return stream + recordHeader(type, id, 0);
}

/**
 * A part of the request body; an empty part is nothing, for an empty record would be the end. Without padding, so that
 * no record is left unfinished between two writes, where a record of another request might come.
 */
export function encodeData(id: number, chunk: Buffer, out: ByteSink): void {
  const { length } = chunk;
  for (let at = 0; at < length; at += MOST_CONTENT) {
    const size = Math.min(MOST_CONTENT, length - at);
    out.write(unpaddedHeader(STDIN, id, size));
    out.write(size === length ? chunk : chunk.subarray(at, at + size));
  }
}

/** The end of the request body. */
export function encodeEnd(id: number): string {
  return recordHeader(STDIN, id, 0);
}

/** The wish that the application gives a request up; it still says that it has ended. */
export function encodeAbort(id: number): string {
  return recordHeader(ABORT_REQUEST, id, 0);
}

/** The question for an application's limits (FastCGI 1.0, section 4.1). */
export function encodeGetValues(names: readonly string[]): string {
  const pairs = encodePairs(names.flatMap(name => [name, '']));
  return recordHeader(GET_VALUES, NO_REQUEST, pairs.length) + pairs + padding(pairs.length);
}
