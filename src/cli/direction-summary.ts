import type { PoolConfig } from '../config/config.ts';

/** Which endpoint a client of a pool comes to again, and who serves in its place, in words. */
export function leadLines({ sticky, fallback }: PoolConfig): string[] {
  return [
    ...(sticky === undefined
      ? []
      : [`a client stays with the endpoint it came to first, by the cookie ${sticky.cookie}`]),
    ...(fallback === '' ? [] : [`while it has no endpoint that is up, ${fallback} serves`]),
  ];
}

/** Which endpoint a client of a pool comes to again, who serves in its place, and where its answers may lead, in words. */
export function directionLines(pool: PoolConfig): string[] {
  const { accelRoutes, rewritePools, reproxyPools } = pool.directs;
  return [
    ...leadLines(pool),
    ...(accelRoutes.length === 0 ? [] : [`X-Accel-Redirect may lead to ${accelRoutes.join(', ')}`]),
    ...(rewritePools.length === 0 ? [] : [`X-Rewrite-Backend may choose ${rewritePools.join(', ')}`]),
    ...(reproxyPools.length === 0 ? [] : [`X-Reproxy-URL may fetch from ${reproxyPools.join(', ')}`]),
  ];
}
