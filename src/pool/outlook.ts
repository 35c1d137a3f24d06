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
  readonly config: { readonly health: { readonly allDown: 'last-resort' | 'fail' } };
}

/** Whether requests are to fail because nothing is up. */
export function failsForNow({ config, supply }: Outlook, selection: Selection): boolean {
  return config.health.allDown === 'fail' && selection.allDown(supply?.expected ?? false);
}

/** Whether no endpoint may be used, nor will be by itself. */
export function isDeserted({ ledger, supply, endpoints }: Outlook): boolean {
  if (ledger.anyEnabled()) return false;
  if (!supply?.expected) return true;
  // What is to come would be used, unless operators have taken out all there is.
  const taken = ({ index }: Endpoint) => (ledger.state(index) & (DRAINING | DISABLED)) !== 0;
  return endpoints.length > 0 && endpoints.every(taken);
}
