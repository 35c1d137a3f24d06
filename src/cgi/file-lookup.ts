import { lstatSync, type Stats, statSync } from 'node:fs';
import { GatewayError } from '../errors.ts';
import { quoted } from '../http1/refusal.ts';
import type { Application } from '../protocol.ts';

const QUIET = { throwIfNoEntry: false } as const;
const NOT_ASCII = /[^\x00-\x7f]/;

/** A path as a text whose characters are its bytes: as paths of requests are, and unlike those of a configuration. */
export function latin1Path(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}

/** A latin1 path as the system is to be given it, so that every byte of it stays what it is. */
export function systemName(path: string): string | Buffer {
  return NOT_ASCII.test(path) ? Buffer.from(path, 'latin1') : path;
}

/**
 * What lies at `path` below `root`, both latin1; undefined: nothing that may be found there, be it that links are not
 * to be followed. The root itself may be a link. Throws `forbidden` where the gateway has no access.
 *
 * It asks the system at once: a look at a path takes a microsecond, and handing the question to a thread takes ten times
 * that.
 */
export function lookUp(root: string, path: string, symlinks: Application['symlinks']): Stats | undefined {
  try {
    if (symlinks !== 'yes' && path !== '' && !isUnlinked(root, path, symlinks)) return undefined;
    return statSync(systemName(root + path), QUIET);
  } catch (error) {
    return nothing(error as NodeJS.ErrnoException, path);
  }
}

/** Whether all components below the root are there, and none is a link, or none that leads to what is another's. */
function isUnlinked(root: string, path: string, symlinks: Application['symlinks']): boolean {
  for (let at = path.indexOf('/', 1); ; at = path.indexOf('/', at + 1)) {
    const end = at === -1 ? path.length : at;
    if (!isAllowed(systemName(root + path.slice(0, end)), symlinks)) return false;
    if (at === -1 || at === path.length - 1) return true;
  }
}

function isAllowed(name: string | Buffer, symlinks: Application['symlinks']): boolean {
  const own = lstatSync(name, QUIET);
  if (own === undefined) return false;
  if (!own.isSymbolicLink()) return true;
  return symlinks === 'same-owner' && statSync(name, QUIET)?.uid === own.uid;
}

function nothing(error: NodeJS.ErrnoException, path: string): undefined {
  switch (error.code) {
    case 'ENAMETOOLONG':
    case 'ENOTDIR':
    case 'ELOOP':
      return undefined;
    case 'EACCES':
    case 'EPERM':
      throw new GatewayError(
        'forbidden',
        `${quoted(path)} below the document root: the gateway has no access to it; it needs the right to search every directory on the way`,
      );
    default:
      throw error;
  }
}
