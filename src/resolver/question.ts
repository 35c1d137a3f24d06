/** What is asked about a name, again and again. */
export interface Question {
  readonly host: string;
  /** Its addresses, or what its SRV records name. */
  readonly kind: 'addresses' | 'services';
  /** Addresses that are wanted: of IPv4, of IPv6, or 0 for both. */
  readonly family: 0 | 4 | 6;
}

/** One of the places that a name stands for. */
export interface ResolvedPlace {
  /** In its canonical form, so that equal addresses are equal texts. */
  readonly address: string;
  /** The name behind an SRV record, of which it is an address; empty: the name that was asked for. */
  readonly target: string;
  /** Of an SRV record; 0: the record that was asked for has none. */
  readonly port: number;
  /** Of an SRV record; the lowest is to be used first. 0 without one. */
  readonly priority: number;
  /** Of an SRV record, at least 1: its share among those of its priority. 1 without one. */
  readonly weight: number;
}

/** A name as a status command shows it: plain, fit for JSON; durations in milliseconds. */
export interface NameStatus {
  readonly name: string;
  readonly kind: Question['kind'];
  readonly family: Question['family'];
  /**
   * `asking`: for the first time; `fresh`: the last lookup went well; `stale`: it did not, and what was known before is
   * used; `unresolved`: it did not, and nothing is known.
   */
  readonly state: 'asking' | 'fresh' | 'stale' | 'unresolved';
  /** Sorted; `address:port` of SRV records. */
  readonly places: readonly string[];
  /** What knows the name: the hosts file, DNS, the operating system's own lookup; empty: nothing does. */
  readonly source: string;
  /** How long the last answer is believed; 0: there was none, or it is given up. */
  readonly ttl: number;
  /** How long the places have been what they are; null: there have never been any. */
  readonly unchangedFor: number | null;
  /** How long ago it was last tried; null: that is under way. */
  readonly triedBefore: number | null;
  /** When it is asked again at the latest; null: that is under way. */
  readonly nextIn: number | null;
  /** Why the last lookup failed; empty: it did not. */
  readonly reason: string;
  /** The pools whose backends have it, or an SRV record that names it; sorted. */
  readonly pools: readonly string[];
}

/** A place with an address alone. */
export function addressPlace(address: string): ResolvedPlace {
  return { address, target: '', port: 0, priority: 0, weight: 1 };
}

/** What tells a place from the others of its name: two with equal keys are one. */
export function keyOf({ address, port }: ResolvedPlace): string {
  if (port === 0) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Sorted by key, each key once (the lowest priority of it, weights added up); servers give them in any order. */
export function tidy(places: readonly ResolvedPlace[]): ResolvedPlace[] {
  const byKey = new Map<string, ResolvedPlace>();
  for (const place of places) {
    const key = keyOf(place);
    const other = byKey.get(key);
    byKey.set(key, other === undefined ? place : merged(place, other));
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

/** Whether two tidy lists say the same. */
export function samePlaces(a: readonly ResolvedPlace[], b: readonly ResolvedPlace[]): boolean {
  return a.length === b.length && a.every((place, i) => samePlace(place, b[i]!));
}

function samePlace(a: ResolvedPlace, b: ResolvedPlace): boolean {
  return a.address === b.address && a.port === b.port && a.priority === b.priority && a.weight === b.weight;
}

/** Records of one priority share out their weights; one that is for later does not count beside one for now. */
function merged(a: ResolvedPlace, b: ResolvedPlace): ResolvedPlace {
  if (a.priority !== b.priority || a.port === 0) return a.priority <= b.priority ? a : b;
  return { ...a, weight: a.weight + b.weight };
}
