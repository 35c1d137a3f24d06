import type { Remainder } from '../control.ts';
import type { Endpoint } from '../pool/endpoint.ts';

/** What a timer of the runtime can hold. */
const LONGEST = 2 ** 31 - 1;

/**
 * Resolves when nothing is in flight at endpoints that get nothing new, or with what is left after so many milliseconds, or
 * as soon as the signal is given.
 */
export function untilEmpty(
  endpoints: readonly Endpoint[],
  limit: number,
  signal: AbortSignal,
): Promise<Remainder> {
  const busy = new Set(endpoints);
  return new Promise(resolve => {
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', settle);
      for (const callOff of callOffs) callOff();
      resolve(remainderOf(busy));
    };
    const timer = limit < LONGEST ? setTimeout(settle, limit) : undefined;
    const callOffs = endpoints.map(endpoint =>
      endpoint.whenEmpty(() => {
        busy.delete(endpoint);
        if (busy.size === 0) queueMicrotask(settle);
      }),
    );
    signal.addEventListener('abort', settle);
    if (busy.size === 0 || limit <= 0 || signal.aborted) settle();
  });
}

/** What is in flight at endpoints. */
function remainderOf(endpoints: Iterable<Endpoint>): Remainder {
  let inFlight = 0;
  let tunnels = 0;
  for (const endpoint of endpoints) {
    inFlight += endpoint.inFlight;
    tunnels += endpoint.tunnels;
  }
  return { inFlight, tunnels };
}
