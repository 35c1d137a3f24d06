import type { ResolvedPlace } from './question.ts';

/** What came of a lookup. */
export interface Found {
  readonly places: readonly ResolvedPlace[];
  /** How long it is to be believed, in milliseconds; before floor and cap. */
  readonly ttl: number;
  /** `hosts`, `dns` or `system`. */
  readonly source: string;
  /** What an operator should know of it though it went well; empty: nothing. */
  readonly remark: string;
}

/** Finds out what one name stands for, as often as it is asked. */
export interface Lookup {
  /** Rejects with LookupFailure. */
  look(): Promise<Found>;
}

/** What a name in the hosts file is believed for, in milliseconds: that the file changes is seen anyway. */
export const HOSTS_TTL = 60_000;

/** What the operating system's answers are believed for, in milliseconds: it says nothing of that. */
export const SYSTEM_TTL = 5_000;
