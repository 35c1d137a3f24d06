import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { systemName } from '../cgi/file-lookup.ts';
import { GatewayError } from '../errors.ts';
import { quoted } from '../http1/refusal.ts';

/** Opening a FIFO must not wait for its other end, and opening a terminal must not make it ours. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** A file that is open, and what was true of it then. */
export interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/**
 * Opens a regular file, its path latin1; whoever asked has to close it. From then on it is this file, whatever happens to
 * the path. Throws `not_found`, `forbidden`, or `connection_limit_reached` when no file can be opened any more.
 */
export function openFile(path: string): OpenFile {
  let descriptor: number;
  try {
    descriptor = openSync(systemName(path), FLAGS);
  } catch (error) {
    throw openFailure(error as NodeJS.ErrnoException, path);
  }
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return { path, descriptor, size: stats.size, modified: stats.mtimeMs };
  closeSync(descriptor);
  throw new GatewayError('not_found', `${quoted(path)} is no regular file`);
}

/** What it means that a file cannot be opened: an error with a name, or the system's own if it is none of those expected. */
export function openFailure(error: NodeJS.ErrnoException, path: string): unknown {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'ENXIO':
      return new GatewayError('not_found', `${quoted(path)} is not there (${error.code})`, error);
    case 'EACCES':
    case 'EPERM':
      return new GatewayError('forbidden', `${quoted(path)}: the gateway may not read it`, error);
    case 'EMFILE':
    case 'ENFILE':
      return new GatewayError(
        'connection_limit_reached',
        `${quoted(path)}: no more files can be opened (${error.code}); raise the limit (ulimit -n)`,
        error,
      );
    default:
      return error;
  }
}
