import { accessSync, constants, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the sockets of the applications of this process lie, one directory for each gateway: below XDG_RUNTIME_DIR, or
 * below /run where this user may write there, or else below the directory for temporary files. It need not be there yet.
 */
export function runtimeDirectory(): string {
  const base = [process.env['XDG_RUNTIME_DIR'], '/run'].find(isWritable) ?? tmpdir();
  return join(base, `sluice-${process.pid}`);
}

/** Whether a path is that of a directory in which this user may make files; it has to be absolute. */
export function isWritable(directory: string | undefined): boolean {
  if (!directory?.startsWith('/')) return false;
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return statSync(directory).isDirectory();
  } catch {
    return false;
  }
}
