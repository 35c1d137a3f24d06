import { lookup } from 'node:dns/promises';
import { canonical } from './address.ts';
import { LookupFailure, lookupFailure, noRecord } from './lookup-failure.ts';
import { Turns } from './turns.ts';

/**
 * The lookup of the operating system occupies one of four threads that files need as well, and nobody can call it off when
 * name servers hang: never more than one of it.
 */
const turns = new Turns(1);

/** Beyond so many that wait, lookups fail at once. */
const MOST_WAITING = 100;

/** Asks the operating system, which may know names from elsewhere than DNS; rejects with LookupFailure. */
export function systemLookup(host: string, family: 0 | 4 | 6): Promise<readonly string[]> {
  if (turns.waiting >= MOST_WAITING)
    return Promise.reject(new LookupFailure('too many names wait for the lookup of the system', false));
  return turns.take(async () => {
    const found = await lookup(host, { all: true, family }).catch(thrown => {
      throw lookupFailure(thrown);
    });
    const addresses = found.flatMap(({ address }) => canonical(address) ?? []);
    if (addresses.length === 0) throw noRecord('address');
    return addresses;
  });
}
