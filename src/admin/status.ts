import { show } from '../config/misread.ts';
import { nearest } from '../config/nearest.ts';
import type { GatewayStatus } from '../gateway-status.ts';
import { Refusal } from './refusal.ts';

/** The status of a gateway, of one pool only if it is named; throws Refusal if there is none of that name. */
export function statusOf(status: GatewayStatus, pool: string | undefined): GatewayStatus {
  if (pool === undefined) return status;
  const names = status.pools.map(({ name }) => name);
  if (!names.includes(pool)) throw new Refusal('unknown', unknownPool(pool, names));
  return {
    ...status,
    pools: status.pools.filter(({ name }) => name === pool),
    names: status.names.filter(({ pools }) => pools.includes(pool)),
    applications: status.applications.filter(crew => crew.pool === pool),
  };
}

function unknownPool(pool: string, names: readonly string[]): string {
  const near = nearest(pool, names);
  if (near !== undefined) return `there is no pool ${show(pool)}; the nearest is ${show(near)}`;
  return `there is no pool ${show(pool)}; there are ${names.slice(0, 10).join(', ')}`;
}
