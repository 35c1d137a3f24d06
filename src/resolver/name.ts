import { LONGEST_DELAY } from '../clock.ts';
import type { Log } from '../log/log.ts';
import { KnownPlaces } from './known-places.ts';
import type { Found, Lookup } from './lookup.ts';
import { type LookupFailure, lookupFailure } from './lookup-failure.ts';
import { NameLog } from './name-log.ts';
import type { NameSources } from './name-sources.ts';
import { keyOf, type NameStatus, type Question, type ResolvedPlace } from './question.ts';
import { retryDelay } from './retry-delay.ts';
import { within } from './within.ts';

/** No name is asked for more often than this because somebody urges, in milliseconds. */
const URGED_PACE = 1_000;

/** So much of a time to live is waited beyond it, so that many names are not asked for at once. */
const SPREAD = 0.1;

const NONE: readonly ResolvedPlace[] = [];

/**
 * A name that is looked up again and again: when its time to live ends, or after a failure later and later. What it stood
 * for last stays while lookups fail, for as long as is configured.
 */
export class Name {
  readonly known = new KnownPlaces();
  readonly #question: Question;
  readonly #lookup: Lookup;
  readonly #sources: NameSources;
  readonly #log: NameLog;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  /** Somebody wants it looked up again as soon as the present lookup is over. */
  #again = false;
  #closed = false;
  #failures = 0;
  /** Those of them that the next delay goes by. */
  #delays = 0;
  /** Why the last lookup failed; empty: it did not. */
  #reason = '';
  #source = '';
  #ttl = 0;
  #triedAt = 0;
  /** When it will be tried again. */
  #dueAt = 0;
  #changedAt = 0;
  /** When the places are given up unless a lookup goes well. */
  #expiresAt = Infinity;

  constructor(question: Question, lookup: Lookup, sources: NameSources, log: Log) {
    this.#question = question;
    this.#lookup = lookup;
    this.#sources = sources;
    this.#log = new NameLog(log, question.host);
    void this.#look();
  }

  /** Why nothing is known; empty: something is, or the first lookup is under way. */
  get reason(): string {
    return this.known.places?.length ? '' : this.#reason;
  }

  /** When it was last tried, a moment of the clock. */
  get triedAt(): number {
    return this.#triedAt;
  }

  /** How long the last answer is believed, in milliseconds; 0: there was none. */
  get ttl(): number {
    return this.#ttl;
  }

  /** Looks it up now, whatever its time to live: others may be asked by now, or may know more. */
  refresh(): void {
    this.#delays = 0;
    void this.#look();
  }

  /** If its last lookup failed, looks it up now, though not within a second of that. */
  urge(): void {
    if (this.#looking || this.#failures === 0) return;
    this.#delays = 0;
    const { now } = this.#sources.around;
    const wait = this.#triedAt + URGED_PACE - now();
    if (wait <= 0) void this.#look();
    else if (this.#dueAt > now() + wait) this.#plan(wait);
  }

  /** Looks it up soon, though not within the shortest time to live of the last time: what it stands for may be out of date. */
  doubt(): void {
    const now = this.#sources.around.now();
    const soonest = Math.max(now, this.#triedAt + this.#sources.config.minTtl);
    if (this.#looking || this.#failures > 0 || this.#dueAt <= soonest) return;
    this.#plan(soonest - now);
  }

  /** Believes the last answer for so many milliseconds only, within the bounds that are configured. */
  shorten(ttl: number): void {
    const bounded = this.#bounded(ttl);
    if (this.#looking || this.#failures > 0 || bounded >= this.#ttl) return;
    this.#ttl = bounded;
    this.#plan(this.#jittered(bounded));
  }

  /** Nothing more comes from it. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.known.settle();
  }

  status(): NameStatus {
    const { host: name, kind, family } = this.#question;
    const now = this.#sources.around.now();
    return {
      name,
      kind,
      family,
      state: this.#state,
      places: (this.known.places ?? NONE).map(keyOf),
      source: this.#source,
      ttl: this.#ttl,
      unchangedFor: this.known.places === undefined ? null : Math.round(now - this.#changedAt),
      triedBefore: this.#looking ? null : Math.round(now - this.#triedAt),
      nextIn: this.#looking ? null : Math.max(0, Math.round(this.#dueAt - now)),
      reason: this.#reason,
      pools: this.known.pools,
    };
  }

  get #state(): NameStatus['state'] {
    if (!this.known.settled) return 'asking';
    if (this.#failures === 0) return 'fresh';
    return this.known.places?.length ? 'stale' : 'unresolved';
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    if (this.#closed) return;
    if (this.#looking) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#looking = true;
    const { turns, config } = this.#sources;
    const outcome = await turns
      .take(() => within(config.timeout, this.#lookup.look()))
      .catch((thrown: unknown) => lookupFailure(thrown));
    this.#looking = false;
    if (this.#closed) return;
    this.#triedAt = this.#sources.around.now();
    const delay = outcome instanceof Error ? this.#failed(outcome) : this.#succeeded(outcome);
    this.#plan(delay);
  }

  #plan(delay: number): void {
    if (this.#closed) return;
    if (this.#again) {
      this.#again = false;
      void this.#look();
      return;
    }
    clearTimeout(this.#timer);
    this.#dueAt = this.#sources.around.now() + delay;
    this.#timer = setTimeout(() => void this.#look(), Math.min(Math.ceil(delay), LONGEST_DELAY));
    this.#timer.unref();
  }

  /** Gives the time until the next lookup. */
  #succeeded({ places, ttl, source, remark }: Found): number {
    const { stale } = this.#sources.config;
    this.#ttl = this.#bounded(ttl);
    this.#expiresAt = this.#triedAt + this.#ttl + stale;
    this.#source = source;
    if (this.#failures > 0) this.#log.recovered(this.#failures);
    this.#failures = 0;
    this.#delays = 0;
    this.#reason = places.length > 0 ? '' : 'its SRV record says that there is no such service';
    this.#log.remark(remark);
    const before = this.known.places;
    if (this.known.set(places, this.#reason)) {
      this.#changedAt = this.#triedAt;
      this.#log.changed(before, places, source);
    }
    return this.#jittered(this.#ttl);
  }

  #bounded(ttl: number): number {
    const { minTtl, maxTtl } = this.#sources.config;
    return Math.min(maxTtl, Math.max(minTtl, ttl));
  }

  #jittered(ttl: number): number {
    return ttl * (1 + SPREAD * this.#sources.around.random());
  }

  /** Gives the time until the next lookup. */
  #failed(failure: LookupFailure): number {
    const { around, config } = this.#sources;
    this.#reason = failure.message;
    this.#failures++;
    this.#delays++;
    const places = this.known.places ?? NONE;
    if (places.length > 0 && this.#triedAt >= this.#expiresAt) this.#expire(places);
    else this.#log.failing(places, failure, config.stale);
    this.known.settle();
    const delay = retryDelay(this.#delays, config.minTtl, around.random());
    return this.#expiresAt > this.#triedAt ? Math.min(delay, this.#expiresAt - this.#triedAt) : delay;
  }

  #expire(left: readonly ResolvedPlace[]): void {
    this.#source = '';
    this.#ttl = 0;
    this.#changedAt = this.#triedAt;
    this.known.set(NONE, `it has not resolved for too long: ${this.#reason}`);
    this.#log.expired(left, this.#reason);
  }
}
