import type { Balancer } from './balancers/balancer.ts';
import type { Claim } from './claim.ts';
import type { Endpoint } from './endpoint.ts';
import { ABSENT, DOWN, OUT } from './ledger.ts';

/**
 * Which endpoint a claim gets: of those that may be used and have a slot, untried ones first, the balancer's pick.
 * A tier counts only while nothing is up in those before it (primaries before backups, SRV records by their priority).
 * If nothing is up at all, those share the requests that only checks say are down, for checks may be wrong about all of them
 * at once; without such, the ejected one whose rest ends first is used. Or nothing is, if that is what the pool wants.
 */
export class Selection {
  readonly #tiers: readonly (readonly Endpoint[])[];
  readonly #all: readonly Endpoint[];
  readonly #balancer: Balancer;
  readonly #now: () => number;
  readonly #lastResort: boolean;
  /** Reused for every claim; only `#found` elements count. */
  readonly #candidates: Endpoint[] = [];
  #found = 0;
  /** Whether the tier looked at last has an endpoint that is up, be it full or not. */
  #anyUp = false;

  /** `lastResort`: whether something is used while nothing is up. */
  constructor(endpoints: readonly Endpoint[], balancer: Balancer, now: () => number, lastResort = true) {
    this.#all = endpoints;
    this.#lastResort = lastResort;
    this.#tiers = tiersOf(endpoints);
    this.#balancer = balancer;
    this.#now = now;
  }

  /** The endpoint for a claim; undefined: none may be used or has a slot, or, for one that is patient, soon has a better one. */
  choose(claim: Claim, patient = true): Endpoint | undefined {
    this.#found = 0;
    this.#anyUp = false;
    for (let i = 0; i < this.#tiers.length; i++) {
      this.#gather(this.#tiers[i]!, patient);
      if (this.#found > 0 || this.#anyUp) break;
    }
    if (this.#found === 0 && (this.#anyUp || !this.#lastResort)) return undefined;
    for (let i = 0; i < this.#tiers.length && this.#found === 0; i++) this.#gatherDown(this.#tiers[i]!);
    if (this.#found === 0) return this.#soonestBack(claim);
    if (this.#candidates.length !== this.#found) this.#candidates.length = this.#found;
    if (claim.tried.length > 0) this.#preferUntried(claim.tried);
    return this.#balancer.pick(this.#candidates, claim);
  }

  /** Whether nothing is up, due, or, if that is to come, absent. */
  allDown(absentToCome: boolean): boolean {
    const now = this.#now();
    return !this.#all.some(({ ledger, index, health }) => {
      const state = ledger.state(index);
      return state === 0 || health.due(now) || (absentToCome && state === ABSENT);
    });
  }

  /** When the next endpoint may be used though nothing has happened: its rest ends, or it may be tried for more room. */
  nextReturn(): number {
    let next = Infinity;
    const now = this.#now();
    for (const endpoint of this.#all) {
      // One that is due already and yet not used is full; a release, not the clock, will tell.
      next = Math.min(next, endpoint.nextRoom(now), endpoint.health.nextDue(now));
    }
    return next;
  }

  #gather(tier: readonly Endpoint[], patient: boolean): void {
    for (let i = 0; i < tier.length; i++) {
      const endpoint = tier[i]!;
      if (endpoint.ledger.state(endpoint.index) === 0) this.#anyUp = true;
      else if (!endpoint.health.due(this.#now())) continue;
      if (hasRoom(endpoint, patient)) this.#candidates[this.#found++] = endpoint;
    }
  }

  #gatherDown(tier: readonly Endpoint[]): void {
    for (let i = 0; i < tier.length; i++) {
      const endpoint = tier[i]!;
      if (endpoint.ledger.state(endpoint.index) === DOWN && endpoint.free)
        this.#candidates[this.#found++] = endpoint;
    }
  }

  #preferUntried(tried: readonly Endpoint[]): void {
    const candidates = this.#candidates;
    let n = 0;
    for (let i = 0; i < candidates.length; i++) {
      if (!tried.includes(candidates[i]!)) candidates[n++] = candidates[i]!;
    }
    if (n > 0) candidates.length = n;
  }

  #soonestBack(claim: Claim): Endpoint | undefined {
    let best: Endpoint | undefined;
    for (const endpoint of this.#all) {
      if ((endpoint.ledger.state(endpoint.index) & OUT) !== 0 || !endpoint.free) continue;
      if (best === undefined || better(endpoint, best, claim.tried)) best = endpoint;
    }
    return best;
  }
}

function tiersOf(endpoints: readonly Endpoint[]): Endpoint[][] {
  const tiers = new Map<number, Endpoint[]>();
  for (const endpoint of endpoints) {
    const tier = tiers.get(endpoint.tier);
    if (tier === undefined) tiers.set(endpoint.tier, [endpoint]);
    else tier.push(endpoint);
  }
  return [...tiers].sort(([a], [b]) => a - b).map(([, tier]) => tier);
}

function better(a: Endpoint, b: Endpoint, tried: readonly Endpoint[]): boolean {
  const aTried = tried.includes(a);
  if (aTried !== tried.includes(b)) return !aTried;
  return a.health.restUntil < b.health.restUntil;
}

/** Whether an endpoint has a slot, and for a claim that is patient a good one. */
export function hasRoom(endpoint: Endpoint, patient: boolean): boolean {
  return endpoint.free && !(patient && endpoint.crowded);
}
