import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { SpawnConfig } from '../config/config.ts';
import { type Account, accountOf } from './account.ts';
import { environmentOf } from './environment.ts';

/** How the processes of a pool are started: what was configured, looked up in the system. */
export interface Plan {
  readonly pool: string;
  readonly spawn: SpawnConfig;
  /** The path of the program. */
  readonly program: string;
  /** Undefined: the gateway's own. */
  readonly account: Account | undefined;
}

/** Looks up program, directory and account; throws an Error that names the pool, what is wrong, and the remedy. */
export function planOf(pool: string, spawn: SpawnConfig): Plan {
  try {
    const account = accountOf(spawn);
    checkDirectory(spawn.directory);
    return { pool, spawn, program: programOf(spawn), account };
  } catch (error) {
    throw new Error(`the application of pool ${pool}: ${(error as Error).message}`);
  }
}

function checkDirectory(directory: string): void {
  if (directory === '' || statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new Error(`${directory}, its working directory, is no directory; make it, or name another`);
}

/** A name with a slash is a path from the working directory; any other is looked for as a shell would. */
function programOf(spawn: SpawnConfig): string {
  const [name = ''] = spawn.command;
  if (name === '') throw new Error('its command is empty; name the program to run');
  const here = spawn.directory === '' ? process.cwd() : spawn.directory;
  if (name.includes('/')) {
    const path = resolve(here, name);
    if (isExecutable(path)) return path;
    throw new Error(`${path} is not there, or may not be executed; correct the command, or chmod +x it`);
  }
  const search = environmentOf(spawn, undefined, { path: '', port: 0 })['PATH']!;
  const found = search
    .split(delimiter)
    .map(directory => join(resolve(here, directory), name))
    .find(isExecutable);
  if (found === undefined)
    throw new Error(`no program ${name} in ${search}; install it, or give its whole path`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
