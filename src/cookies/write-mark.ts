import { createHash } from 'node:crypto';
import { giveCookie, ownCookies, takeOwnCookie, type Visitor } from './own-cookies.ts';
import { SIGNATURE_LENGTH, type Signer } from './signer.ts';

/**
 * By how many milliseconds the clocks of machines that share a key may differ. Browsers forget the cookie in time by their own
 * clock, so that it is believed for longer makes nobody wait.
 */
const SKEW = 30_000;

const VALUE = new RegExp(`^([0-9a-z]{1,11})\\.([\\w-]{${SIGNATURE_LENGTH}})$`);

/**
 * The cookie that says until when a client reads where it has written. It is good for the pool that it wrote to, by whatever
 * route, and nothing is remembered here.
 */
export class WriteMark {
  readonly cookie: string;
  /** In milliseconds. */
  readonly duration: number;
  readonly #scope: string;
  readonly #signer: Signer;
  readonly #wall: () => number;

  /** `wall`: the time of day in milliseconds. */
  constructor(pool: string, duration: number, signer: Signer, wall: () => number = Date.now) {
    // Two pools on one host must not overwrite each other's, and the name is not to say what is behind.
    this.cookie = `sluice_wrote_${createHash('sha256').update(pool).digest('hex').slice(0, 8)}`;
    this.duration = duration;
    this.#scope = `wrote ${pool}`;
    this.#signer = signer;
    this.#wall = wall;
  }

  /** Takes the cookie away from what a backend sees. */
  take(visitor: Visitor): void {
    takeOwnCookie(visitor, this.cookie);
  }

  /** Whether the client has written a short while ago, by a cookie that was taken. */
  isFresh(visitor: Visitor): boolean {
    return ownCookies(visitor, this.cookie).some(value => this.#isGood(value));
  }

  /** The client has written, or may have: it is told so with its answer, once. */
  leave(visitor: Visitor): void {
    if (visitor.ownFields.includes(`Set-Cookie: ${this.cookie}=`)) return;
    const until = Math.round(this.#wall() + this.duration).toString(36);
    giveCookie(visitor, this.cookie, `${until}.${this.#signer.sign(this.#scope, until)}`, this.duration);
  }

  #isGood(value: string): boolean {
    const [, until, signature] = VALUE.exec(value) ?? [];
    if (until === undefined || signature === undefined) return false;
    const left = Number.parseInt(until, 36) - this.#wall();
    if (!(left > -SKEW && left <= this.duration + SKEW)) return false;
    return this.#signer.verify(this.#scope, until, signature);
  }
}
