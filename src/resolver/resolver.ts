import { isDeepStrictEqual } from 'node:util';
import { now } from '../clock.ts';
import type { ResolverConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { AddressLookup } from './address-lookup.ts';
import type { Changed, Pools } from './known-places.ts';
import { Name } from './name.ts';
import { MACHINE, NameSources, type Surroundings } from './name-sources.ts';
import type { NameStatus, Question } from './question.ts';
import { Services } from './services.ts';
import type { Watch } from './watch.ts';

/** How often the files are looked at that say who knows what, in milliseconds. */
const FILE_PACE = 2_000;

/** What names stand for, kept up to date: one lookup for each name however many watch it. */
export class Resolver {
  readonly #sources: NameSources;
  readonly #log: Log;
  readonly #names = new Map<string, Name | Services>();
  #looking: NodeJS.Timeout | undefined;

  /** Asks nobody anything before a name is watched. */
  constructor(config: ResolverConfig, log: Log, around: Partial<Surroundings> = {}) {
    this.#sources = new NameSources(config, { ...MACHINE, now, ...around });
    this.#log = log;
  }

  /**
   * Watches a name. `changed` is called with each other set of places from then on, never within this call, and never
   * because of a failure unless the last good answer has become too old. `pools`: those on whose behalf it is watched.
   */
  watch(question: Question, changed: Changed, pools: Pools = nobody): Watch {
    const key = `${question.kind} ${question.family} ${question.host.toLowerCase()}`;
    const name = this.#names.get(key) ?? this.#begin(key, question);
    const heard: Changed = (places, reason) => changed(places, reason);
    name.known.add(heard, pools);
    return this.#watchOf(key, name, heard);
  }

  /** Goes by another configuration, and looks everything up again if it is one. */
  configure(config: ResolverConfig): void {
    if (isDeepStrictEqual(config, this.#sources.config)) return;
    this.#sources.configure(config);
    this.#refresh();
  }

  /** Looks up again at once what failed last, though none twice within a second. */
  urge(): void {
    for (const name of [...this.#names.values()]) name.urge();
  }

  /** All names that are watched, in the order in which they were first. */
  status(): NameStatus[] {
    return [...this.#names.values()].map(name => name.status());
  }

  /** Ends everything; no watcher is called again. */
  close(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
    for (const name of [...this.#names.values()]) name.close();
    this.#names.clear();
    this.#sources.close();
  }

  #watchOf(key: string, name: Name | Services, heard: Changed): Watch {
    const { known } = name;
    const { now } = this.#sources.around;
    return {
      get places() {
        return known.places;
      },
      get settled() {
        return known.settled;
      },
      first: known.first,
      get reason() {
        return name.reason;
      },
      get triedBefore() {
        return now() - name.triedAt;
      },
      get ttl() {
        return name.ttl;
      },
      doubt: () => name.doubt(),
      close: () => this.#leave(key, name, heard),
    };
  }

  #begin(key: string, question: Question): Name | Services {
    const name = this.#nameOf(question);
    this.#names.set(key, name);
    if (this.#looking === undefined) {
      this.#looking = setInterval(() => this.#lookAtFiles(), FILE_PACE);
      this.#looking.unref();
    }
    return name;
  }

  #nameOf(question: Question): Name | Services {
    if (question.kind === 'addresses')
      return new Name(question, new AddressLookup(question, this.#sources), this.#sources, this.#log);
    const watch = (target: Question, changed: Changed) =>
      this.watch(target, changed, () => services.known.pools);
    const services: Services = new Services(question, watch, this.#sources, this.#log);
    return services;
  }

  #leave(key: string, name: Name | Services, heard: Changed): void {
    name.known.remove(heard);
    if (name.known.watched || this.#names.get(key) !== name) return;
    this.#names.delete(key);
    name.close();
    if (this.#names.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  #lookAtFiles(): void {
    if (!this.#sources.look()) return;
    this.#log.info('the hosts file or resolv.conf has changed, names are looked up again');
    this.#refresh();
  }

  #refresh(): void {
    for (const name of [...this.#names.values()]) name.refresh();
  }
}

function nobody(): readonly string[] {
  return [];
}
