import { accessSync, constants, statSync } from 'node:fs';
import { WHOLE } from './absolute-path.ts';
import { show } from './misread.ts';
import { type Composing, type Placed, resolvePath } from './source.ts';
import { systemWords } from './system-words.ts';

/** The absolute path of a directory that has to be there, and writable if that is asked for; if not, that joins the mistakes. */
export function existingDirectory(composing: Composing, placed: Placed<string>, writable = false): string {
  const directory = resolvePath(composing, placed);
  const fault = faultOf(directory, writable);
  if (fault !== undefined) composing.mistakes.push({ path: placed.path, message: fault });
  return directory;
}

function faultOf(directory: string, writable: boolean): string | undefined {
  // By way of dots it can be reached from anywhere.
  if (directory === '/') return WHOLE;
  try {
    if (!statSync(directory).isDirectory()) return `${show(directory)} is not a directory`;
    accessSync(directory, writable ? constants.W_OK | constants.X_OK : constants.X_OK);
    return undefined;
  } catch (error) {
    const what = writable ? 'this user cannot write to the directory' : 'cannot use the directory';
    return `${what} ${show(directory)}: ${systemWords(error)}`;
  }
}
