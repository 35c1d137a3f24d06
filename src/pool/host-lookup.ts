import { isIP, isIPv6, type LookupFunction } from 'node:net';
import type { BackendConfig } from '../config/config.ts';
import type { ErrorKind } from '../errors.ts';
import type { ResolvedPlace } from '../resolver/question.ts';
import type { Resolver } from '../resolver/resolver.ts';
import type { Watch } from '../resolver/watch.ts';
import { doubtful } from './doubtful.ts';
import type { EndpointWatcher } from './endpoint.ts';

/** Whether a backend is one endpoint whose host has to be looked up. */
export function isNamedWhole({ expand, host }: BackendConfig): boolean {
  return expand === 'no' && host !== '' && isIP(host) === 0;
}

/**
 * The addresses of a name that is one endpoint, for each connection that is made to it: what is known already, so that
 * nothing is asked at each connect, and no thread is kept busy by that.
 */
export class HostLookup implements EndpointWatcher {
  readonly #watch: Watch;
  #addresses: { address: string; family: number }[];

  constructor({ host, family }: BackendConfig, resolver: Resolver) {
    this.#watch = resolver.watch({ host, kind: 'addresses', family }, places => {
      this.#addresses = addressesOf(places);
    });
    this.#addresses = addressesOf(this.#watch.places ?? []);
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
    if (first === undefined)
      callback(Object.assign(new Error(this.#watch.reason), { code: 'ENOTFOUND' }), '');
    else if (all) callback(null, this.#addresses);
    else callback(null, first.address, first.family);
  }
}

function addressesOf(places: readonly ResolvedPlace[]): { address: string; family: number }[] {
  return places.map(({ address }) => ({ address, family: isIPv6(address) ? 6 : 4 }));
}
