import { isIP, isIPv6, type LookupFunction } from 'node:net';
import type { BackendConfig } from '../config/config.ts';
import type { ErrorKind } from '../errors.ts';
import type { Changed } from '../resolver/known-places.ts';
import type { ResolvedPlace } from '../resolver/question.ts';
import type { Resolver } from '../resolver/resolver.ts';
import type { Watch } from '../resolver/watch.ts';
import { NameError } from '../transport/name-error.ts';
import { absenceOf } from './absence.ts';
import { doubtful } from './doubtful.ts';
import type { Endpoint, EndpointWatcher } from './endpoint.ts';
import { ABSENT } from './ledger.ts';

/** Whether a backend is one endpoint whose host has to be looked up. */
export function isNamedWhole({ expand, host }: BackendConfig): boolean {
  return expand === 'no' && host !== '' && isIP(host) === 0;
}

/**
 * The addresses of a name that is one endpoint, for each connection that is made to it: what is known already, so that
 * nothing is asked at each connect, and no thread is kept busy by that.
 */
export class HostLookup implements EndpointWatcher {
  readonly #host: string;
  readonly #watch: Watch;
  #addresses: { address: string; family: number }[];

  /** `pool`: the one whose backend it is. `changed`: it has other addresses, or the first lookup is over. */
  constructor({ host, family }: BackendConfig, pool: string, resolver: Resolver, changed: () => void) {
    this.#host = host;
    const heard: Changed = places => {
      this.#addresses = addressesOf(places);
      changed();
    };
    this.#watch = resolver.watch({ host, kind: 'addresses', family }, heard, () => [pool]);
    this.#addresses = addressesOf(this.#watch.places ?? []);
    if (!this.#watch.settled) void this.#watch.first.then(changed);
  }

  /** Why it has no address; empty: it has some, or its first lookup is under way. */
  get absence(): string {
    return absenceOf(this.#host, this.#watch);
  }

  /** An endpoint of this name gets no request while the name is known to stand for nothing. */
  judge(endpoint: Endpoint): void {
    const lost = this.#watch.settled && this.#addresses.length === 0;
    if (lost === endpoint.absent) return;
    if (!lost) endpoint.standing.clear(ABSENT, `${this.#host} resolves`);
    endpoint.absent = lost;
    if (lost) endpoint.standing.set(ABSENT, `${this.#host} does not resolve`);
  }

  /** Resolves when the first lookup is over. */
  get first(): Promise<void> {
    return this.#watch.first;
  }

  /** What a socket calls in place of the operating system's lookup; during the first lookup it waits for that. */
  readonly lookup: LookupFunction = (_host, { all }, callback) => {
    if (this.#watch.settled) this.#answer(all === true, callback);
    else void this.#watch.first.then(() => this.#answer(all === true, callback));
  };

  failed(kind: ErrorKind): void {
    if (doubtful(kind)) this.#watch.doubt();
  }

  close(): void {
    this.#watch.close();
  }

  #answer(all: boolean, callback: Parameters<LookupFunction>[2]): void {
    const [first] = this.#addresses;
    if (first === undefined) callback(new NameError(this.#watch.reason), '');
    else if (all) callback(null, this.#addresses);
    else callback(null, first.address, first.family);
  }
}

function addressesOf(places: readonly ResolvedPlace[]): { address: string; family: number }[] {
  return places.map(({ address }) => ({ address, family: isIPv6(address) ? 6 : 4 }));
}
