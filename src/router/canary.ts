import type { CanaryConfig } from '../config/config.ts';
import type { Exchange } from '../exchange.ts';
import { firstValue } from '../fields.ts';
import { hashKeyOf } from '../hash-key.ts';
import { hashOf } from '../pool/balancers/mix.ts';

/** Above every hash. */
const HASHES = 2 ** 32;

/** Which requests a canary gets: those whose field says so, and a share of the others. */
export class Canary {
  readonly #pool: string;
  readonly #header: string;
  readonly #share: number;
  readonly #by: CanaryConfig['by'];
  readonly #random: () => number;

  constructor({ pool, share, by, header }: CanaryConfig, random: () => number) {
    this.#pool = pool;
    this.#header = header.toLowerCase();
    this.#share = share;
    this.#by = by;
    this.#random = random;
  }

  /** What the field of a request says; undefined: nothing, or something else. */
  wish(exchange: Exchange): boolean | undefined {
    if (this.#header === '') return undefined;
    const word = firstValue(exchange.fields, this.#header)?.trim().toLowerCase();
    return word === 'always' ? true : word === 'never' ? false : undefined;
  }

  /**
   * Whether an exchange is of the share. One that has nothing of what decides is not. Whoever is of a share is of every greater
   * one, too; another pool gets others.
   */
  takes(exchange: Exchange): boolean {
    if (this.#by === undefined) return this.#random() < this.#share;
    const key = hashKeyOf({ kind: 'hash', key: this.#by }, exchange);
    return key !== '' && hashOf(`${this.#pool}\0${key}`) < this.#share * HASHES;
  }
}
