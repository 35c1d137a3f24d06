import type { Remainder } from '../control.ts';
import type { Pool } from '../pool/pool.ts';
import type { HoldTarget } from './hold-target.ts';

/** How often it is looked whether all has become quiet, in milliseconds. */
const STEP = 50;

/** What a timer of the runtime can hold. */
const LONGEST = 2 ** 31 - 1;

/**
 * Resolves when nothing is in flight any more but what nobody can wait for: upgraded connections, and requests for paths
 * that pass a hold. Also when the time is up, or the signal given, with what is left in either case.
 */
export function quiet(
  targets: readonly HoldTarget[],
  limit: number,
  signal: AbortSignal,
): Promise<Remainder> {
  return new Promise(resolve => {
    const settle = (): void => {
      clearInterval(steps);
      clearTimeout(end);
      signal.removeEventListener('abort', settle);
      resolve(remainderOf(targets));
    };
    const look = (): void => {
      if (targets.every(isQuiet)) settle();
    };
    const steps = setInterval(look, STEP);
    const end = limit < LONGEST ? setTimeout(settle, limit) : undefined;
    signal.addEventListener('abort', settle);
    if (limit <= 0 || signal.aborted) settle();
    else look();
  });
}

function isQuiet({ pool, route }: HoldTarget): boolean {
  if (route === undefined || pool.held) return awaitedOf(pool) <= 0;
  return route.underWay - route.apart <= 0;
}

function awaitedOf(pool: Pool): number {
  return pool.inFlight - tunnelsOf(pool) - pool.bypassing;
}

function tunnelsOf({ endpoints }: Pool): number {
  return endpoints.reduce((sum, { tunnels }) => sum + tunnels, 0);
}

function remainderOf(targets: readonly HoldTarget[]): Remainder {
  let inFlight = 0;
  let tunnels = 0;
  for (const { pool, route } of targets) {
    inFlight += route === undefined ? pool.inFlight : route.underWay;
    tunnels += route === undefined ? tunnelsOf(pool) : route.tunnels;
  }
  return { inFlight, tunnels };
}
