import assert from 'node:assert/strict';
import { GatewayError } from '../../../src/errors.ts';
import { cut, single } from '../../fuzz/outcome.ts';

/** What reading bytes came to: a value, or the kind of the error. */
export type Result<T> = T | { readonly error: string };

/** Cuts of the bytes that are tried: none, one at every position, and everywhere. */
function splits(bytes: Buffer): Buffer[][] {
  const one = Array.from({ length: bytes.length + 1 }, (_, position) => cut(bytes, [position]));
  return [[bytes], ...one, single(bytes)];
}

/**
 * What `read` makes of a latin1 text, which must be the same however it is split. The pieces' memory is overwritten once
 * `read` has come back, so that nothing can depend on it.
 */
export function everySplit<T>(text: string, read: (pieces: Buffer[]) => T): Result<T> {
  const all = splits(Buffer.from(text, 'latin1'));
  const whole = attempt(read, all[0]!);
  for (const pieces of all) {
    const lengths = pieces.map(piece => piece.length).join(' + ');
    assert.deepEqual(attempt(read, pieces), whole, `${JSON.stringify(text)} in pieces of ${lengths}`);
  }
  return whole;
}

function attempt<T>(read: (pieces: Buffer[]) => T, pieces: readonly Buffer[]): Result<T> {
  const lent = pieces.map(piece => Buffer.from(piece));
  try {
    return read(lent);
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    return { error: thrown.kind };
  }
}
