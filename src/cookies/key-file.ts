import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { LONGEST_KEY, SHORTEST_KEY } from './signer.ts';

/** A key, whether others than its owner may read or change its file, and whether the file was made just now, by this process. */
export interface KeyFile {
  readonly key: Buffer;
  readonly exposed: boolean;
  readonly made: boolean;
}

/**
 * Where the key lies unless a file is named: in the state directory that the service manager gives, or below XDG_STATE_HOME,
 * or below /var/lib for root, or below the user's own `.local/state`. It need not be there yet.
 */
export function usualKeyFile(environment: NodeJS.ProcessEnv, root: boolean): string {
  const [given] = (environment['STATE_DIRECTORY'] ?? '').split(':');
  const state = environment['XDG_STATE_HOME'];
  let directory: string;
  if (given?.startsWith('/')) directory = given;
  else if (state?.startsWith('/')) directory = join(state, 'sluice');
  else if (root) directory = '/var/lib/sluice';
  else directory = join(environment['HOME'] ?? homedir(), '.local/state/sluice');
  return join(directory, 'cookie-key');
}

/**
 * The key in a file, which is made if it is not there; `folders`: those on the way to it, too. Throws what the system does, and
 * Error for a file that holds no key.
 */
export function keyIn(file: string, folders = false): KeyFile {
  try {
    return { ...readKey(file), made: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (folders) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const made = makeKey(file);
  return { ...readKey(file), made };
}

/** All bytes count, a line end too. */
function readKey(file: string): Omit<KeyFile, 'made'> {
  const descriptor = openSync(file, 'r');
  try {
    const { mode, size } = fstatSync(descriptor);
    if (size > LONGEST_KEY) throw new Error(`it is too long for a key: ${LONGEST_KEY} bytes at most`);
    const key = readFileSync(descriptor);
    if (key.length < SHORTEST_KEY) throw new Error(`a key has ${SHORTEST_KEY} bytes or more`);
    return { key, exposed: (mode & 0o077) !== 0 };
  } finally {
    closeSync(descriptor);
  }
}

/** The file is there whole or not at all, and of several processes that make it at once one does: the others read its. False: another did. */
function makeKey(file: string): boolean {
  const draft = `${file}.${process.pid}.${randomBytes(6).toString('hex')}`;
  try {
    write(draft, randomBytes(SHORTEST_KEY));
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function write(file: string, bytes: Buffer): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
