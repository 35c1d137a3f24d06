import type { Endpoint } from './endpoint.ts';
import { DISABLED, DRAINING, type Ledger } from './ledger.ts';
import type { Selection } from './selection.ts';
import type { Supply } from './supply.ts';

/** What a pool is judged by that may have nothing for those who come. */
export interface Outlook {
  readonly ledger: Ledger;
  readonly supply: Supply | null;
  /** In the order of the configuration. */
  readonly endpoints: readonly Endpoint[];
  readonly config: Resort;
}

/** What a pool has for requests while nothing is up. */
interface Resort {
  readonly health: { readonly allDown: 'last-resort' | 'fail' };
  readonly fallback: string;
}

/** Whether something of a pool is used while nothing is up; where another pool stands in for it, nothing is. */
export function hasLastResort({ health, fallback }: Resort): boolean {
  return health.allDown === 'last-resort' && fallback === '';
}

/** Whether requests are to fail because nothing is up. */
export function failsForNow({ config, supply }: Outlook, selection: Selection): boolean {
  return !hasLastResort(config) && selection.allDown(supply?.expected ?? false);
}

/** Whether no endpoint may be used, nor will be by itself. */
export function isDeserted({ ledger, supply, endpoints }: Outlook): boolean {
  if (ledger.anyEnabled()) return false;
  if (!supply?.expected) return true;
  // What is to come would be used, unless operators have taken out all there is.
  const taken = ({ index }: Endpoint) => (ledger.state(index) & (DRAINING | DISABLED)) !== 0;
  return endpoints.length > 0 && endpoints.every(taken);
}
