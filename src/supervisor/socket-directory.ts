import { chownSync, lstatSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SpawnConfig } from '../config/config.ts';
import type { Account } from './account.ts';
import { listensItself } from './environment.ts';

/**
 * Makes the directory of a pool's sockets, and those above it: the gateway alone may write there, or the account of an
 * application that binds by itself. Throws an Error if what is there already belongs to somebody else.
 */
export function prepareDirectory(directory: string, account: Account | undefined, spawn: SpawnConfig): void {
  mkdirSync(dirname(directory), { recursive: true, mode: 0o711 });
  const owner = account !== undefined && listensItself(spawn) ? account : undefined;
  if (make(directory)) {
    if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
    return;
  }
  const found = lstatSync(directory);
  const { uid } = owner ?? { uid: process.geteuid?.() };
  if (found.isDirectory() && (uid === undefined || found.uid === uid)) return;
  throw new Error(
    `${directory}, where sockets are to lie, is somebody else's; remove it, or set XDG_RUNTIME_DIR`,
  );
}

/** Removes it, and the one above it, unless something is in there. */
export function removeDirectory(directory: string): void {
  try {
    rmdirSync(directory);
    rmdirSync(dirname(directory));
  } catch {
    // Others use it as well.
  }
}

/** False: it is there. */
function make(directory: string): boolean {
  try {
    mkdirSync(directory, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
