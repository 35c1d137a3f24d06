import type { PoolConfig } from '../config/config.ts';

/** Whether the backends of a pool may bring about something by their answers besides that these go to the client. */
export function mayDirect({ sendfileRoot, directs }: PoolConfig): boolean {
  const { accelRoutes, rewritePools, reproxyPools } = directs;
  return sendfileRoot !== '' || [accelRoutes, rewritePools, reproxyPools].some(names => names.length > 0);
}
