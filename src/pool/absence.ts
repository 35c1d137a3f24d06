import type { Watch } from '../resolver/watch.ts';

/** Why a host has no address, for who is refused because of that; empty: it has some, or its first lookup is under way. */
export function absenceOf(host: string, { reason, triedBefore }: Watch): string {
  if (reason === '') return '';
  return `${host} does not resolve: ${reason} (tried ${Math.round(triedBefore / 1000)} s ago)`;
}
