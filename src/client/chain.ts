import type { Networks } from '../config/cidr.ts';
import { nodeAddress } from './forwarded.ts';
import { plainAddress } from './plain-address.ts';

/** How far a chain of proxies is believed, and who is found there. */
export interface Standpoint {
  /** The client's address. */
  readonly client: string;
  /** The place in the chain that says who the client is, or does not say it; -1: the chain is empty. */
  readonly place: number;
  /** Whether the client is no trusted proxy itself. */
  readonly outside: boolean;
}

/**
 * The client behind trusted proxies: the rightmost address that is not a trusted proxy itself, since everything left of it is
 * hearsay. What names nobody (an empty text) ends the way as well: the client is then the last that was named. `peer` is who
 * the chain came from, and trusted.
 */
export function lookBack(chain: readonly string[], peer: string, trusted: Networks): Standpoint {
  let client = peer;
  let place = chain.length - 1;
  for (; place >= 0; place--) {
    const address = chain[place]!;
    if (address === '') return { client, place, outside: false };
    client = address;
    if (!trusted.contains(address)) return { client, place, outside: true };
  }
  return { client, place: chain.length === 0 ? -1 : 0, outside: false };
}

/** The address in a member of X-Forwarded-For, whose port is left out; empty for anything else. */
export function hopAddress(member: string): string {
  return plainAddress(member) || nodeAddress(member);
}
