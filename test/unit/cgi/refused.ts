import assert from 'node:assert/strict';
import { type ErrorKind, GatewayError } from '../../../src/errors.ts';

/** The error of that kind which an action has to throw. */
export function refused(kind: ErrorKind, action: () => unknown): GatewayError {
  try {
    action();
  } catch (thrown) {
    assert.ok(thrown instanceof GatewayError, String(thrown));
    assert.equal(thrown.kind, kind, thrown.message);
    return thrown;
  }
  throw new assert.AssertionError({ message: `nothing was thrown, where ${kind} should be` });
}
