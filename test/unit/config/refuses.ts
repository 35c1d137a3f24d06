import assert from 'node:assert/strict';
import { Misread } from '../../../src/config/misread.ts';

/** Asserts that a parser refuses a value with exactly this message. */
export function refuses(parse: (value: unknown) => unknown, value: unknown, message: string): void {
  assert.throws(
    () => parse(value),
    error => {
      assert.ok(error instanceof Misread, `${JSON.stringify(value)}: ${error}`);
      assert.equal(error.message, message);
      return true;
    },
  );
}

/** Asserts that a parser refuses each of the values as something other than what was expected. */
export function refusesAll(parse: (value: unknown) => unknown, values: readonly unknown[]): void {
  for (const value of values) {
    assert.throws(() => parse(value), Misread, `must not be read: ${JSON.stringify(value)}`);
  }
}
