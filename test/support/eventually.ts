import { GUARD } from './peer.ts';

/** Resolves as soon as the condition holds, looked at once in each turn of the event loop; fails after GUARD. */
export async function eventually(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + GUARD;
  while (!condition()) {
    if (performance.now() > deadline)
      throw new Error(`it did not come about within ${GUARD} ms that ${what}`);
    await new Promise(resolve => setImmediate(resolve));
  }
}
