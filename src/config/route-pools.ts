import type { ActionConfig } from './config.ts';

/** The pools that the requests of a route may come to, the usual one first; none if the gateway answers itself. */
export function poolsOf(action: ActionConfig): string[] {
  if (action.kind !== 'pool') return [];
  const { pool, reads, canary, mirror } = action;
  return [pool, reads, canary?.pool ?? '', mirror?.pool ?? ''].filter(name => name !== '');
}
