import type { Log } from '../log/log.ts';
import { type Changed, KnownPlaces } from './known-places.ts';
import { Name } from './name.ts';
import type { NameSources } from './name-sources.ts';
import { type NameStatus, type Question, type ResolvedPlace, tidy } from './question.ts';
import { ServiceLookup } from './service-lookup.ts';
import type { Watch } from './watch.ts';

/** Records are asked for again after this time at the latest, and until their targets are known sooner; in milliseconds. */
const LONGEST_TTL = 30_000;
const FIRST_TTL = 5_000;

/** The places of SRV records: the addresses of their targets, each a name of its own, with port, priority and weight. */
export class Services {
  readonly known = new KnownPlaces();
  readonly #records: Name;
  readonly #targets = new Map<string, Watch>();
  readonly #watchTarget: (host: string, changed: Changed) => Watch;

  constructor(
    { host, family }: Question,
    watch: (question: Question, changed: Changed) => Watch,
    sources: NameSources,
    log: Log,
  ) {
    this.#watchTarget = (target, changed) =>
      watch({ host: `${target}.`, kind: 'addresses', family }, changed);
    const question = { host, kind: 'services', family } as const;
    this.#records = new Name(question, new ServiceLookup(host, sources, () => this.ttl), sources, log);
    this.#records.known.add(
      () => this.#recordsChanged(),
      () => this.known.pools,
    );
    void this.#records.known.first.then(() => {
      if (this.#records.reason !== '') this.known.settle();
    });
  }

  /**
   * How long records are believed, in milliseconds: as long as the addresses of their targets, since whoever wants the ones
   * looked at often wants it of the others.
   */
  get ttl(): number {
    const ttls = [...this.#targets.values()].map(({ ttl }) => ttl).filter(ttl => ttl > 0);
    return ttls.length === 0 ? FIRST_TTL : Math.min(LONGEST_TTL, ...ttls);
  }

  get reason(): string {
    return this.known.places?.length ? '' : this.#why;
  }

  get #why(): string {
    if (this.#records.reason !== '') return this.#records.reason;
    const [unknown] = [...this.#targets].filter(([, { reason }]) => reason !== '');
    return unknown === undefined ? '' : `its target ${unknown[0]} does not resolve: ${unknown[1].reason}`;
  }

  get triedAt(): number {
    return this.#records.triedAt;
  }

  refresh(): void {
    this.#records.refresh();
  }

  urge(): void {
    this.#records.urge();
  }

  doubt(): void {
    this.#records.doubt();
    for (const watch of this.#targets.values()) watch.doubt();
  }

  close(): void {
    this.#records.close();
    for (const watch of this.#targets.values()) watch.close();
    this.#targets.clear();
    this.known.settle();
  }

  status(): NameStatus {
    return this.#records.status();
  }

  #recordsChanged(): void {
    for (const { address: target } of this.#wanted) {
      if (this.#targets.has(target)) continue;
      const watch = this.#watchTarget(target, () => this.#merge());
      this.#targets.set(target, watch);
      if (!watch.settled) void watch.first.then(() => this.#merge());
    }
    this.#merge();
  }

  /** Until each target was looked up once, and as long as none of the new ones is known, all stays as it was. */
  #merge(): void {
    const watches = this.#wanted.flatMap(({ address }) => this.#targets.get(address) ?? []);
    if (watches.some(({ settled }) => !settled)) return;
    const places = tidy(this.#wanted.flatMap(record => this.#placesOf(record)));
    if (places.length === 0 && watches.some(watch => watch.places === undefined)) {
      this.#keep();
      return;
    }
    this.#closeSurplus();
    this.#records.shorten(this.ttl);
    this.#set(places);
  }

  /** What was known before stays, but for targets that have not resolved for too long. */
  #keep(): void {
    const { places } = this.known;
    if (places === undefined) this.known.settle();
    else this.#set(places.filter(({ target }) => this.#targets.get(target)?.places?.length));
  }

  #set(places: readonly ResolvedPlace[]): void {
    this.known.set(places, places.length > 0 ? '' : this.#why);
  }

  #closeSurplus(): void {
    const wanted = new Set(this.#wanted.map(({ address }) => address));
    for (const [target, watch] of this.#targets) {
      if (wanted.has(target)) continue;
      watch.close();
      this.#targets.delete(target);
    }
  }

  /** The addresses of one target share its weight. */
  #placesOf(record: ResolvedPlace): ResolvedPlace[] {
    const found = this.#targets.get(record.address)?.places ?? [];
    const weight = Math.max(1, Math.round(record.weight / Math.max(1, found.length)));
    return found.map(({ address }) => ({ ...record, address, target: record.address, weight }));
  }

  get #wanted(): readonly ResolvedPlace[] {
    return this.#records.known.places ?? [];
  }
}
