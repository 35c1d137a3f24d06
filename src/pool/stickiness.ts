import { giveCookie, ownCookies, takeOwnCookie, type Visitor } from '../cookies/own-cookies.ts';
import { SIGNATURE_LENGTH, type Signer, sameText } from '../cookies/signer.ts';
import type { Log } from '../log/log.ts';
import type { Claim } from './claim.ts';
import type { Endpoint } from './endpoint.ts';
import { OUT } from './ledger.ts';
import type { Pool } from './pool.ts';
import { SessionMoves } from './session-moves.ts';

/** Characters of what stands for an endpoint: half a signature of its name, which tells nothing of it. */
const ALIAS_LENGTH = 11;

const VALUE = new RegExp(`^([\\w-]{${ALIAS_LENGTH}})\\.([\\w-]{${SIGNATURE_LENGTH}})$`);

/** Of so many endpoints that have gone the names are remembered, for the log. */
const MOST_GONE = 256;

/** An endpoint by what stands for it in cookies. */
interface Home {
  readonly alias: string;
  readonly signature: string;
  readonly name: string;
  /** Null: it has left the pool. */
  endpoint: Endpoint | null;
}

/** What leads the clients of a pool to the endpoint that each came to first, by a cookie that nobody else can make. */
export class Stickiness {
  readonly cookie: string;
  readonly signer: Signer;
  readonly #pool: Pool;
  readonly #moves: SessionMoves;
  readonly #byAlias = new Map<string, Home>();
  readonly #byName = new Map<string, Home>();

  constructor(pool: Pool, cookie: string, signer: Signer, log: Log) {
    this.cookie = cookie;
    this.signer = signer;
    this.#pool = pool;
    this.#moves = new SessionMoves(pool.name, log);
  }

  /** The pool has these endpoints now. */
  follow(endpoints: readonly Endpoint[]): void {
    for (const home of this.#byName.values()) home.endpoint = null;
    for (const endpoint of endpoints) this.#homeOf(endpoint.name).endpoint = endpoint;
    this.#forget(this.#byName.size - endpoints.length - MOST_GONE);
  }

  /** Takes the cookie away from what backends see. */
  take(visitor: Visitor): void {
    takeOwnCookie(visitor, this.cookie);
  }

  /** What stands for the endpoint that a visitor came to first, which may be gone; empty: it brings no good cookie. */
  aliasOf(visitor: Visitor): string {
    this.take(visitor);
    for (const value of ownCookies(visitor, this.cookie)) {
      const [, alias = '', signature = ''] = VALUE.exec(value) ?? [];
      if (alias !== '' && this.#isGood(alias, signature)) return alias;
    }
    return '';
  }

  /** The endpoint that a claim is to get, or to wait for; undefined: its client has none, or that may not be used or has failed it. */
  homeOf({ home, tried }: Claim): Endpoint | undefined {
    if (home === '') return undefined;
    const endpoint = this.#byAlias.get(home)?.endpoint ?? null;
    if (endpoint === null || !this.#mayBeUsed(endpoint) || tried.includes(endpoint)) return undefined;
    return endpoint;
  }

  /**
   * A visitor was answered by an endpoint. If it had no other, or one that could not take it, it comes to this one from now on,
   * and is told so with the answer. One that was merely full stays its own.
   */
  answered(visitor: Visitor & { readonly id: string }, claim: Claim, endpoint: Endpoint): void {
    const { alias, signature } = this.#homeOf(endpoint.name);
    if (alias === claim.home || this.homeOf(claim) !== undefined) return;
    giveCookie(visitor, this.cookie, `${alias}.${signature}`, Infinity);
    if (claim.home !== '') this.#moves.report(visitor.id, this.#byAlias.get(claim.home)?.name, endpoint.name);
  }

  /** While nothing is up, what is left is used as the last resort, and who has an endpoint of his own does best there. */
  #mayBeUsed({ ledger, index, health }: Endpoint): boolean {
    const state = ledger.state(index);
    if (state === 0 || health.due(this.#pool.now())) return true;
    const { config } = this.#pool;
    return (state & OUT) === 0 && config.health.allDown === 'last-resort' && !this.#pool.serves;
  }

  #homeOf(name: string): Home {
    let home = this.#byName.get(name);
    if (home === undefined) {
      const alias = this.signer.sign(`endpoint of ${this.#pool.name}`, name).slice(0, ALIAS_LENGTH);
      home = { alias, signature: this.#sign(alias), name, endpoint: null };
      this.#byName.set(name, home);
      this.#byAlias.set(alias, home);
    }
    return home;
  }

  #isGood(alias: string, signature: string): boolean {
    return sameText(signature, this.#byAlias.get(alias)?.signature ?? this.#sign(alias));
  }

  #sign(alias: string): string {
    return this.signer.sign(`sticky ${this.#pool.name}`, alias);
  }

  #forget(count: number): void {
    for (const home of this.#byName.values()) {
      if (count <= 0) break;
      if (home.endpoint !== null) continue;
      this.#byName.delete(home.name);
      this.#byAlias.delete(home.alias);
      count--;
    }
  }
}

/** Has a pool go by its setting, with cookies that are signed by that key. */
export function stick(pool: Pool, signer: Signer, log: Log): void {
  const cookie = pool.config.sticky?.cookie;
  const { sticky } = pool;
  if (sticky?.cookie === cookie && (sticky === null || sticky.signer === signer)) return;
  pool.sticky = cookie === undefined ? null : new Stickiness(pool, cookie, signer, log);
  pool.sticky?.follow(pool.present);
}
