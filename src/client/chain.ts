import type { Networks } from '../config/cidr.ts';
import { nodeAddress } from './forwarded.ts';
import { GONE } from './peer.ts';
import { plainAddress } from './plain-address.ts';

/** How far a chain of proxies is believed, and who is found there. */
export interface Standpoint {
  /** The client's address; GONE if it is not named. */
  readonly client: string;
  /** The place in the chain that says who the client is, or does not say it; -1: the chain is empty. */
  readonly place: number;
  /** Whether the client is no trusted proxy itself. */
  readonly outside: boolean;
}

/** The nearest hops of a chain: nobody looks at what is farther off, which can be written by whoever has a head to fill. */
export const MOST_HOPS = 64;

/** What stands in a chain for a proxy that says nothing of its client, unlike one that says that it is unknown. */
export const SILENT = '-';

/**
 * The client behind trusted proxies: the rightmost address that is not a trusted proxy itself, since everything left of it is
 * hearsay. What names nobody (an empty text) ends the way as well: then nobody knows who the client is. It must not be the
 * proxy itself either, for which rules may make an exception. `peer` is who the chain came from, and trusted.
 */
export function lookBack(chain: readonly string[], peer: string, trusted: Networks): Standpoint {
  let client = peer;
  let place = chain.length - 1;
  for (; place >= 0; place--) {
    const address = chain[place]!;
    if (address === SILENT) return { client, place, outside: false };
    if (address === '') return { client: GONE, place, outside: false };
    client = address;
    if (!trusted.contains(address)) return { client, place, outside: true };
  }
  return { client, place: chain.length === 0 ? -1 : 0, outside: false };
}

/** The addresses in the members of X-Forwarded-For; of what is too far off it is as if nobody were named. */
export function hopAddresses(members: readonly string[]): string[] {
  const far = members.length - MOST_HOPS;
  return members.map((member, i) => (i < far ? '' : hopAddress(member)));
}

/** The address in a member of X-Forwarded-For, whose port is left out; empty for anything else. */
function hopAddress(member: string): string {
  return plainAddress(member) || nodeAddress(member);
}
