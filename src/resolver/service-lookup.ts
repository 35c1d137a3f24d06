import type { Found, Lookup } from './lookup.ts';
import { LookupFailure, lookupFailure } from './lookup-failure.ts';
import type { NameSources } from './name-sources.ts';
import { type ResolvedPlace, tidy } from './question.ts';

/** No name has more services than this; the rest is left out. */
const MOST_SERVICES = 256;

/** A host name: what else DNS may have for a name has no place in a Host field. */
const HOST = /^(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

/** What the SRV records of a name say (RFC 2782): places whose address is the name of a target. */
export class ServiceLookup implements Lookup {
  readonly #host: string;
  readonly #sources: NameSources;
  readonly #ttl: () => number;

  /** `ttl`: how long an answer is believed, in milliseconds; the library tells no time to live of these records. */
  constructor(host: string, sources: NameSources, ttl: () => number) {
    this.#host = host;
    this.#sources = sources;
    this.#ttl = ttl;
  }

  async look(): Promise<Found> {
    const all = tidy(await this.#records());
    // A target that is the root says that there is no service (RFC 2782), which is no failure.
    const real = all.filter(({ address }) => address !== '');
    const good = real.filter(isUsable);
    if (good.length === 0 && real.length > 0) throw new LookupFailure(badWords(real.length), false);
    const remarks = [badWords(real.length - good.length), surplusWords(good.length)];
    const remark = remarks.filter(words => words !== '').join('; ');
    return { places: good.slice(0, MOST_SERVICES), ttl: this.#ttl(), source: 'dns', remark };
  }

  async #records(): Promise<ResolvedPlace[]> {
    const { dns } = this.#sources;
    let last = new LookupFailure('there is no DNS server to ask', false);
    for (const name of dns === undefined ? [] : this.#sources.namesFor(this.#host)) {
      try {
        return await dns!.services(name);
      } catch (thrown) {
        last = lookupFailure(thrown);
        if (!last.negative) break;
      }
    }
    throw last;
  }
}

function isUsable({ address, port }: ResolvedPlace): boolean {
  return HOST.test(address) && port > 0;
}

function badWords(count: number): string {
  return count === 0 ? '' : `SRV records without a host name or a port are left out: ${count}`;
}

function surplusWords(count: number): string {
  const surplus = count - MOST_SERVICES;
  return surplus <= 0 ? '' : `${surplus} services are left out beyond the first ${MOST_SERVICES}`;
}
