import { type ResolvedPlace, samePlaces } from './question.ts';

/** Hears the places of a name, sorted, whenever they are others than before; with none of them, `reason` says why. */
export type Changed = (places: readonly ResolvedPlace[], reason: string) => void;

/** The pools on whose behalf somebody wants to know. */
export type Pools = () => readonly string[];

/** What is known of a question at present, and who wants to hear when that changes. */
export class KnownPlaces {
  /** Sorted, each once; undefined: there has been no answer yet. */
  places: readonly ResolvedPlace[] | undefined;
  /** Whether the first lookup is over, well or not. */
  settled = false;
  /** Resolves when the first lookup is over. */
  readonly first: Promise<void>;
  readonly #watchers = new Map<Changed, Pools>();
  #settle!: () => void;

  constructor() {
    this.first = new Promise(resolve => {
      this.#settle = resolve;
    });
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }

  /** The pools for which it is wanted: sorted, each once. */
  get pools(): string[] {
    return [...new Set([...this.#watchers.values()].flatMap(pools => pools()))].sort();
  }

  add(changed: Changed, pools: Pools): void {
    this.#watchers.set(changed, pools);
  }

  remove(changed: Changed): void {
    this.#watchers.delete(changed);
  }

  /** Takes note of tidy places and tells them if they are new; false: they are not. */
  set(places: readonly ResolvedPlace[], reason: string): boolean {
    const same = this.places !== undefined && samePlaces(this.places, places);
    if (!same) this.places = places;
    this.settle();
    if (!same) for (const changed of [...this.#watchers.keys()]) changed(places, reason);
    return !same;
  }

  /** The first lookup is over. */
  settle(): void {
    this.settled = true;
    this.#settle();
  }
}
