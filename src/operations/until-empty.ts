import { LONGEST_DELAY } from '../clock.ts';
import type { Patience, Remainder } from '../control.ts';
import type { Endpoint } from '../pool/endpoint.ts';

/** How often it is looked whether the last tunnel has ended, in milliseconds. */
const STEP = 50;

/**
 * Resolves when nothing is in flight at endpoints that get nothing new, or with what is left: when the time is up, and if
 * tunnels have a time of their own when none of them is there any more either, or as soon as the signal is given.
 */
export function untilEmpty(
  endpoints: readonly Endpoint[],
  { wait, tunnels }: Patience,
  signal: AbortSignal,
): Promise<Remainder> {
  const busy = new Set(endpoints);
  return new Promise(resolve => {
    let steps: NodeJS.Timeout | undefined;
    const settle = (): void => {
      clearTimeout(timer);
      clearInterval(steps);
      signal.removeEventListener('abort', settle);
      for (const callOff of callOffs) callOff();
      resolve(remainderOf(busy));
    };
    const look = (): void => {
      if (tunnels === undefined || remainderOf(busy).tunnels === 0) settle();
    };
    const late = (): void => {
      steps = setInterval(look, STEP);
      look();
    };
    const timer = wait > 0 && wait < LONGEST_DELAY ? setTimeout(late, wait) : undefined;
    const callOffs = endpoints.map(endpoint =>
      endpoint.whenEmpty(() => {
        busy.delete(endpoint);
        if (busy.size === 0) queueMicrotask(settle);
      }),
    );
    signal.addEventListener('abort', settle);
    if (busy.size === 0 || signal.aborted) settle();
    else if (wait <= 0) late();
  });
}

/** What is in flight at endpoints. */
function remainderOf(endpoints: Iterable<Endpoint>): Remainder {
  let inFlight = 0;
  let tunnels = 0;
  for (const endpoint of endpoints) {
    inFlight += endpoint.inFlight;
    tunnels += endpoint.tunnels.size;
  }
  return { inFlight, tunnels };
}
