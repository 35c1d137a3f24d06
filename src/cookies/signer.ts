import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes that a key has at least, and at most. */
export const SHORTEST_KEY = 32;
export const LONGEST_KEY = 4096;

/** Characters of a signature: 128 bits in base64url. */
export const SIGNATURE_LENGTH = 22;

/** Signs what the gateway has clients keep for it, so that it can believe what comes back (HMAC-SHA-256). */
export class Signer {
  /** With bare bytes a signature takes several times as long. */
  readonly #key: KeyObject;

  /** The key has 32 bytes or more. */
  constructor(key: Buffer) {
    this.#key = createSecretKey(key);
  }

  /** One whose signatures nobody will know any more when the process has ended. */
  static forThisRun(): Signer {
    return new Signer(randomBytes(32));
  }

  /** The signature of a text, which is good for that scope alone. Neither holds a NUL. */
  sign(scope: string, text: string): string {
    const digest = createHmac('sha256', this.#key).update(`${scope}\0${text}`, 'latin1').digest('base64url');
    return digest.slice(0, SIGNATURE_LENGTH);
  }

  /** Whether a signature is that of a text in a scope; how long that takes tells nothing of the right one. */
  verify(scope: string, text: string, signature: string): boolean {
    return sameText(signature, this.sign(scope, text));
  }
}

/** Whether two texts are the same, in a time that depends on their lengths alone. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a, 'latin1');
  const right = Buffer.from(b, 'latin1');
  return left.length === right.length && timingSafeEqual(left, right);
}
