import type { Exchange } from '../exchange.ts';
import type { Rule } from './rule.ts';

/** A route that is the one, unless a condition that no table knows does not hold. */
interface Candidate {
  /** The place of the route in the configuration. */
  readonly place: number;
  readonly rest: Rule['rest'];
}

/** Routes by the paths that they are for; those that need a look at the path itself are for any. */
export class PathTable {
  private readonly whole = new Map<string, Candidate[]>();
  private readonly below = new Map<string, Candidate[]>();
  private readonly any: Candidate[] = [];
  /** Of the names in `below`. */
  private longest = -1;

  /** Routes have to come in the order of the configuration. */
  add(place: number, { path, rest }: Rule): void {
    const candidate = { place, rest };
    if (path === undefined) this.any.push(candidate);
    else
      for (const { whole, below } of path.fixed)
        this.addTo(below === '' ? this.whole : this.below, whole, candidate);
  }

  /** The place of the first route that matches, if it is before `limit`; `limit` otherwise. */
  first(exchange: Exchange, host: string, path: string, limit: number): number {
    let first = firstOf(this.any, exchange, host, path, limit);
    first = firstOf(this.whole.get(path), exchange, host, path, first);
    if (this.longest === -1) return first;
    if (path.length <= this.longest) first = firstOf(this.below.get(path), exchange, host, path, first);
    for (let end = path.indexOf('/'); end !== -1 && end <= this.longest; end = path.indexOf('/', end + 1)) {
      first = firstOf(this.below.get(path.slice(0, end)), exchange, host, path, first);
    }
    return first;
  }

  private addTo(table: Map<string, Candidate[]>, name: string, candidate: Candidate): void {
    const candidates = table.get(name);
    if (candidates === undefined) table.set(name, [candidate]);
    else candidates.push(candidate);
    if (table === this.below) this.longest = Math.max(this.longest, name.length);
  }
}

function firstOf(
  candidates: readonly Candidate[] | undefined,
  exchange: Exchange,
  host: string,
  path: string,
  limit: number,
): number {
  if (candidates === undefined) return limit;
  for (let i = 0; i < candidates.length; i++) {
    const { place, rest } = candidates[i]!;
    if (place >= limit) return limit;
    if (allHold(rest, exchange, host, path)) return place;
  }
  return limit;
}

function allHold(rest: Rule['rest'], exchange: Exchange, host: string, path: string): boolean {
  for (let i = 0; i < rest.length; i++) if (!rest[i]!.holds(exchange, host, path)) return false;
  return true;
}
