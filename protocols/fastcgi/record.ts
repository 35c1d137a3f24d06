/** Record types (FastCGI 1.0, section 8). */
export const BEGIN_REQUEST = 1;
export const ABORT_REQUEST = 2;
export const END_REQUEST = 3;
export const PARAMS = 4;
export const STDIN = 5;
export const STDOUT = 6;
export const STDERR = 7;
export const GET_VALUES = 9;
export const GET_VALUES_RESULT = 10;

/** Bytes of a record's header. */
export const HEADER = 8;

/** Content bytes of one record of ours: PHP refuses 65536 and more with the padding, and all are padded to 8. */
export const MOST_CONTENT = 65_528;

/** The id of management records. */
export const NO_REQUEST = 0;

/** What an END_REQUEST record says of the protocol (section 5.5). */
export const REQUEST_COMPLETE = 0;
export const CANT_MPX_CONN = 1;
export const OVERLOADED = 2;
export const UNKNOWN_ROLE = 3;

const PADDINGS: readonly string[] = Array.from({ length: 8 }, (_, count) => '\0'.repeat(count));

/** The header of a record with so many content bytes, 65528 at most, as latin1; `padding` is to follow the content. */
export function recordHeader(type: number, id: number, length: number): string {
  return String.fromCharCode(1, type, id >> 8, id & 255, length >> 8, length & 255, -length & 7, 0);
}

/** Likewise, of a record without padding. */
export function unpaddedHeader(type: number, id: number, length: number): string {
  return String.fromCharCode(1, type, id >> 8, id & 255, length >> 8, length & 255, 0, 0);
}

/** The bytes that fill a record's content up to a multiple of 8. */
export function padding(length: number): string {
  return PADDINGS[-length & 7]!;
}
