import { LONGEST_DELAY } from '../clock.ts';
import type { Remainder } from '../control.ts';
import type { Pool } from '../pool/pool.ts';
import { poolsStandingInFor } from '../router/stand-in.ts';
import type { HoldTarget } from './hold-target.ts';

/** How often it is looked whether all has become quiet, in milliseconds. */
const STEP = 50;

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
    const end = limit < LONGEST_DELAY ? setTimeout(settle, limit) : undefined;
    signal.addEventListener('abort', settle);
    if (limit <= 0 || signal.aborted) settle();
    else look();
  });
}

function isQuiet(target: HoldTarget): boolean {
  return awaitedAt(target) <= 0;
}

/** Requests that are waited for: of a route in pools of which one is held too, only those at work, for the others wait themselves. */
function awaitedAt({ pool, route }: HoldTarget): number {
  if (route === undefined) return atWork(pool);
  const passed = route.underWay - route.apart;
  const pools = [...route.pools, ...poolsStandingInFor(route)];
  if (!pools.some(({ held }) => held)) return passed;
  return Math.min(
    passed,
    pools.reduce((sum, each) => sum + atWork(each), 0),
  );
}

function atWork(pool: Pool): number {
  return pool.inFlight - tunnelsOf(pool) - pool.bypassing;
}

function tunnelsOf({ endpoints }: Pool): number {
  return endpoints.reduce((sum, { tunnels }) => sum + tunnels.size, 0);
}

function remainderOf(targets: readonly HoldTarget[]): Remainder {
  let awaited = 0;
  let tunnels = 0;
  for (const target of targets) {
    awaited += awaitedAt(target);
    tunnels += target.route?.tunnels ?? tunnelsOf(target.pool);
  }
  return { inFlight: awaited + tunnels, tunnels };
}
