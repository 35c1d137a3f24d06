import { chmodSync, chownSync, lstatSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SpawnConfig } from '../config/config.ts';
import type { Account } from './account.ts';
import { listensItself } from './environment.ts';

/**
 * Makes the directory of a pool's sockets, and the one above it, in which nobody but the gateway can make anything. It
 * belongs to the account of an application that binds by itself, else to the gateway. Throws an Error if the one above is
 * not safe.
 */
export function prepareDirectory(directory: string, account: Account | undefined, spawn: SpawnConfig): void {
  const above = dirname(directory);
  // Applications of other users pass through it.
  if (mkdirSync(above, { recursive: true }) !== undefined) chmodSync(above, 0o711);
  checkOwned(above);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { uid, gid } = account !== undefined && listensItself(spawn) ? account : ourselves();
  // What is there may be left from a time when the application had another user.
  if (lstatSync(directory).uid !== uid) chownSync(directory, uid, gid);
}

function checkOwned(directory: string): void {
  const { uid, mode } = lstatSync(directory);
  if (uid === ourselves().uid && (mode & 0o022) === 0) return;
  throw new Error(
    `${directory}, where sockets are to lie, can be written by others; remove it, or set XDG_RUNTIME_DIR to another directory`,
  );
}

function ourselves(): { uid: number; gid: number } {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
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
