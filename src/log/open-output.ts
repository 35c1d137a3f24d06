import { constants, fstatSync, openSync } from 'node:fs';

/** A log file that cannot be opened. */
export class LogFileError extends Error {
  readonly file: string;

  constructor(file: string, cause: unknown) {
    super(`cannot open the log file ${file}`, { cause });
    this.name = 'LogFileError';
    this.file = file;
  }
}

/** Opens a file to append to, and makes it, for owner and group to read, if there is none; throws LogFileError. */
export function openLogFile(file: string): number {
  try {
    // O_NONBLOCK: a named pipe without a reader is an error at once, and a full one does not block.
    return openSync(
      file,
      constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK,
      0o640,
    );
  } catch (error) {
    throw new LogFileError(file, error);
  }
}

/**
 * Standard output or error for writing without ever blocking. A pipe is opened anew, since the descriptor that was
 * inherited is shared with other processes, and a thread that blocks on it would keep the process from exiting.
 */
export function openStandard(fd: 1 | 2): number {
  try {
    if (!fstatSync(fd).isFIFO()) return fd;
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return fd;
  }
}
