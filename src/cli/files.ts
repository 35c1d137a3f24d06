import { accessSync, constants, type Stats, statSync } from 'node:fs';

/** Whether a path is that of a directory: by the slash at its end, or by what lies there. */
export function isDirectory(path: string): boolean {
  return path.endsWith('/') || look(path)?.isDirectory() === true;
}

/** Whether a regular file lies at a path. */
export function isFile(path: string): boolean {
  return look(path)?.isFile() === true;
}

/** Whether this user may run what lies at a path. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
