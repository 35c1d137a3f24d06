import type { ResolvedPlace } from './question.ts';

/** One interest in a name; until it is closed the name is looked up. */
export interface Watch {
  /** What is known at present: sorted, each once; undefined: there has been no answer yet. */
  readonly places: readonly ResolvedPlace[] | undefined;
  /** Whether the first lookup is over, well or not. */
  readonly settled: boolean;
  /** Resolves when it is over. */
  readonly first: Promise<void>;
  /** Why nothing is known; empty: something is, or the first lookup is under way. */
  readonly reason: string;
  /** How long ago it was last tried, in milliseconds. */
  readonly triedBefore: number;
  /** How long the last answer is believed, in milliseconds; 0: there was none. */
  readonly ttl: number;
  /** What is known may be out of date, for somebody was not to be reached: it is looked up soon, at most once in the shortest time to live. */
  doubt(): void;
  close(): void;
}
