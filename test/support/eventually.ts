import { GUARD } from './peer.ts';

/** For so many turns of the event loop a condition is looked at in each; then every few milliseconds. */
const EAGER_TURNS = 50;

/**
 * Resolves as soon as the condition holds; fails after three times GUARD, which is also enough for a process to start on
 * a busy machine.
 */
export async function eventually(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 3 * GUARD;
  for (let turn = 0; !condition(); turn++) {
    if (performance.now() > deadline)
      throw new Error(`it did not come about within ${3 * GUARD} ms that ${what}`);
    await pause(turn < EAGER_TURNS);
  }
}

/** A turn of the event loop, or a rest: what is waited for may be another process that needs the processor. */
function pause(eager: boolean): Promise<void> {
  return new Promise(resolve => {
    if (eager) setImmediate(resolve);
    else setTimeout(resolve, 5);
  });
}
