import { now } from '../clock.ts';
import type { Exchange } from '../exchange.ts';
import { hashKeyOf } from '../hash-key.ts';
import { balancerOf } from '../pool/balancers/index.ts';
import type { Claim } from '../pool/claim.ts';
import type { Endpoint } from '../pool/endpoint.ts';
import type { Pool } from '../pool/pool.ts';
import { Selection } from '../pool/selection.ts';
import type { Candidate } from './explanation.ts';

/**
 * The endpoints of a pool, the one that a sticky cookie leads to before all others, in the order in which an exchange would be given them, attempt by attempt, if all are up and
 * idle; those of later tiers, which are used when all before are down, come behind.
 */
export function candidatesOf(pool: Pool, exchange: Exchange): Candidate[] {
  const tiers = Map.groupBy(pool.present, ({ tier }) => tier);
  const ordered = [...tiers].sort(([a], [b]) => a - b);
  return ordered.flatMap(([, endpoints], i) =>
    inOrder(endpoints, pool, exchange).map(endpoint => ({
      name: endpoint.name,
      backend: endpoint.backend.url,
      address: endpoint.address,
      reserve: i > 0,
    })),
  );
}

function inOrder(endpoints: readonly Endpoint[], pool: Pool, exchange: Exchange): Endpoint[] {
  const { balance } = pool.config;
  const selection = new Selection(endpoints, balancerOf(balance, Math.random, now), now);
  const tried: Endpoint[] = [];
  const claim: Claim = {
    priority: 0,
    place: null,
    tried,
    home: pool.sticky === null ? '' : pool.sticky.aliasOf(exchange),
    hashKey: () => hashKeyOf(balance, exchange),
    granted() {},
    refused() {},
  };
  const home = pool.sticky?.homeOf(claim);
  if (home !== undefined && endpoints.includes(home)) tried.push(home);
  for (let next = selection.choose(claim); next !== undefined; next = selection.choose(claim)) {
    if (tried.includes(next)) break;
    tried.push(next);
  }
  return tried;
}
