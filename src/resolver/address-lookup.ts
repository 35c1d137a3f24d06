import { reachable, unusable } from './address.ts';
import type { Addresses } from './dns-client.ts';
import { type Found, HOSTS_TTL, type Lookup, SYSTEM_TTL } from './lookup.ts';
import { LookupFailure, lookupFailure } from './lookup-failure.ts';
import type { NameSources } from './name-sources.ts';
import { addressPlace, type Question, tidy } from './question.ts';
import { together } from './together.ts';

/** No name stands for more addresses than this; the rest is left out. */
export const MOST_ADDRESSES = 1024;

const FAMILIES = [4, 6] as const;

/** How much later than the other a family may be answered for, in milliseconds. */
const GRACE = 1_000;

/** RFC 6761, 6.3: whatever DNS says, this is the machine itself. */
const LOCALHOST = /^(?:.*\.)?localhost\.?$/i;

interface Raw {
  readonly addresses: readonly string[];
  readonly ttl: number;
  readonly source: string;
  readonly remark: string;
}

/** What one family was when it could last be asked. */
interface Kept {
  readonly addresses: readonly string[];
  readonly until: number;
}

/** The addresses of a name: from the hosts file, else from DNS, else from the operating system. */
export class AddressLookup implements Lookup {
  readonly #question: Question;
  readonly #sources: NameSources;
  readonly #kept: { 4: Kept | undefined; 6: Kept | undefined } = { 4: undefined, 6: undefined };

  constructor(question: Question, sources: NameSources) {
    this.#question = question;
    this.#sources = sources;
  }

  async look(): Promise<Found> {
    return this.#sift(this.#local() ?? (await this.#remote()));
  }

  #local(): Raw | undefined {
    const { host } = this.#question;
    const found = this.#sources.hosts.find(host);
    const addresses = this.#wanted(found.length > 0 || !LOCALHOST.test(host) ? found : ['127.0.0.1', '::1']);
    return addresses.length === 0 ? undefined : { addresses, ttl: HOSTS_TTL, source: 'hosts', remark: '' };
  }

  async #remote(): Promise<Raw> {
    try {
      return await this.#byDns();
    } catch (thrown) {
      const failure = lookupFailure(thrown);
      const { system } = this.#sources;
      if (system === undefined || !failure.negative) throw failure;
      return await this.#bySystem(system, failure);
    }
  }

  /** The first of the names in the search list that there is; what cannot be asked is not passed over, for it might be the one. */
  async #byDns(): Promise<Raw> {
    let last = new LookupFailure('there is no DNS server to ask', true);
    for (const name of this.#sources.dns === undefined ? [] : this.#sources.namesFor(this.#question.host)) {
      try {
        return await this.#families(name);
      } catch (thrown) {
        last = lookupFailure(thrown);
        if (!last.negative) throw last;
      }
    }
    throw last;
  }

  /** What DNS does not know may be known here; what neither knows is what DNS says. */
  async #bySystem(system: NonNullable<NameSources['system']>, unknown: LookupFailure): Promise<Raw> {
    try {
      const addresses = await system(this.#question.host, this.#question.family);
      return { addresses, ttl: SYSTEM_TTL, source: 'system', remark: '' };
    } catch (thrown) {
      const failure = lookupFailure(thrown);
      throw failure.negative ? unknown : failure;
    }
  }

  /** Both families at once. As long as one can be asked, the other stays what it was. */
  async #families(name: string): Promise<Raw> {
    const wanted = FAMILIES.filter(family => this.#question.family === 0 || this.#question.family === family);
    const dns = this.#sources.dns!;
    const outcomes = await together(
      wanted.map(family => dns.addresses(name, family)),
      GRACE,
    );
    const answers = outcomes.filter(outcome => !(outcome instanceof LookupFailure)) as Addresses[];
    const failures = outcomes.filter(outcome => outcome instanceof LookupFailure) as LookupFailure[];
    if (answers.length === 0) throw failures.find(({ negative }) => !negative) ?? failures[0]!;
    const ttl = Math.min(...answers.map(answer => answer.ttl)) * 1000;
    const addresses = wanted.flatMap((family, i) => this.#keep(family, outcomes[i]!));
    const missed = failures.find(({ negative }) => !negative);
    const remark = missed === undefined ? '' : `only one family could be asked for: ${missed.message}`;
    return { addresses, ttl, source: 'dns', remark };
  }

  #keep(family: 4 | 6, outcome: Addresses | LookupFailure): readonly string[] {
    const now = this.#sources.around.now();
    const { minTtl, stale } = this.#sources.config;
    if (outcome instanceof LookupFailure) {
      const kept = this.#kept[family];
      if (outcome.negative || kept === undefined || kept.until < now) this.#kept[family] = undefined;
      return this.#kept[family]?.addresses ?? [];
    }
    const until = now + Math.max(minTtl, outcome.ttl * 1000) + stale;
    this.#kept[family] = { addresses: outcome.addresses, until };
    return outcome.addresses;
  }

  /** Leaves out what is of no use here; fails if nothing is left. */
  #sift({ addresses, ttl, source, remark }: Raw): Found {
    const reach = this.#sources.around.reach();
    const bad = addresses.filter(address => unusable(address) !== '');
    const good = addresses.filter(address => unusable(address) === '' && reachable(address, reach));
    const places = tidy(good.map(addressPlace));
    if (places.length === 0) throw new LookupFailure(uselessWords(addresses, bad), false);
    const remarks = [remark, badWords(bad), surplusWords(places.length)].filter(words => words !== '');
    return { places: places.slice(0, MOST_ADDRESSES), ttl, source, remark: remarks.join('; ') };
  }

  #wanted(addresses: readonly string[]): readonly string[] {
    const { family } = this.#question;
    if (family === 0) return addresses;
    return addresses.filter(address => address.includes(':') === (family === 6));
  }
}

function badWords(bad: readonly string[]): string {
  const some = [...new Set(bad)].sort().slice(0, 5);
  return bad.length === 0
    ? ''
    : `left out, for nothing can be sent there: ${some.map(address => `${address} (${unusable(address)})`).join(', ')}`;
}

function surplusWords(count: number): string {
  return count <= MOST_ADDRESSES ? '' : `${count} addresses, of which the first ${MOST_ADDRESSES} are used`;
}

function uselessWords(addresses: readonly string[], bad: readonly string[]): string {
  if (bad.length > 0) return badWords(bad);
  const family = addresses[0]!.includes(':') ? 'IPv6' : 'IPv4';
  return `it has ${family} addresses only, and this machine has no ${family} but loopback`;
}
