import { GatewayError } from '../../src/errors.ts';

/** A message as a reader understood it; all strings latin1. */
export interface ReadMessage {
  /** Method and target, or status and reason; then the minor version. */
  readonly start: readonly (string | number)[];
  readonly fields: readonly string[];
  body: string;
  trailers: readonly string[];
}

/** What became of a stream of bytes. */
export interface Outcome {
  readonly messages: ReadMessage[];
  /** What was read of a message that did not come to its end. */
  unfinished: ReadMessage | undefined;
  /** Bytes up to the end of the last complete message. */
  accepted: number;
  /** The kind of error that ended the reading; empty: none. */
  error: string;
}

/** Cuts bytes at increasing positions. */
export function cut(bytes: Buffer, positions: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const position of [...positions, bytes.length]) {
    pieces.push(bytes.subarray(from, position));
    from = position;
  }
  return pieces;
}

/** Every byte by itself. */
export function single(bytes: Buffer): Buffer[] {
  return cut(
    bytes,
    Array.from(bytes.subarray(1), (_, i) => i + 1),
  );
}

/** Something that reads bytes piece by piece. */
export interface Reader {
  readonly outcome: Outcome;
  /** Reads a piece; false: it will read no more. */
  read(piece: Buffer): boolean;
  /** No more bytes come. */
  end(): void;
}

/**
 * Lets a reader have the pieces, each in memory that is overwritten afterwards. Anything thrown but a GatewayError comes
 * through.
 */
export function play(reader: Reader, pieces: readonly Buffer[]): Outcome {
  try {
    for (const piece of pieces) {
      const lent = Buffer.from(piece);
      const goesOn = reader.read(lent);
      lent.fill(0x21);
      if (!goesOn) return reader.outcome;
    }
    reader.end();
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    reader.outcome.error = thrown.kind;
  }
  return reader.outcome;
}
