import type { ListenConfig } from './config.ts';
import { parseListenAddress } from './listen-address.ts';
import { Misread } from './misread.ts';
import { isWritable } from './runtime-directory.ts';

/**
 * Where a gateway takes commands unless it is told, and where commands look for one: the socket `sluice.sock` below
 * XDG_RUNTIME_DIR, or else below /run where this user may write there; undefined: nowhere.
 */
export function defaultAdmin(environment: NodeJS.ProcessEnv = process.env): ListenConfig | undefined {
  const directory = [environment['XDG_RUNTIME_DIR'], '/run'].find(isWritable);
  if (directory === undefined) return undefined;
  try {
    return parseListenAddress(`unix:${directory.replace(/\/+$/, '')}/sluice.sock`);
  } catch (error) {
    // Longer than the kernel takes.
    if (error instanceof Misread) return undefined;
    throw error;
  }
}
