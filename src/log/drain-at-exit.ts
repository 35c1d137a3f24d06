import { writeSync } from 'node:fs';

/** Something with bytes that should not be lost when the process ends. */
interface Drainable {
  readonly fd: number;
  takeRest(): Buffer;
}

/** How often, and after how many milliseconds each, a full pipe is tried again before the rest is dropped. */
const TRIES = 20;
const PAUSE = 10;

const drainables = new Set<Drainable>();

/** Has the rest of it written when the process exits, as far as that is possible without waiting for long. */
export function drainAtExit(drainable: Drainable): void {
  if (drainables.size === 0) process.on('exit', drainAll);
  drainables.add(drainable);
}

/** Lets go of it again. */
export function forgetAtExit(drainable: Drainable): void {
  drainables.delete(drainable);
  if (drainables.size === 0) process.off('exit', drainAll);
}

function drainAll(): void {
  for (const drainable of drainables) drain(drainable);
}

function drain(drainable: Drainable): void {
  let rest = drainable.takeRest();
  for (let tries = 0; rest.length > 0 && tries < TRIES; ) {
    try {
      rest = rest.subarray(writeSync(drainable.fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      tries++;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
