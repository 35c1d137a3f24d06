import { accessSync, constants, statSync } from 'node:fs';
import { expected, Misread, show } from './misread.ts';
import { type Composing, type Placed, resolvePath } from './source.ts';
import { systemWords } from './system-words.ts';

/** The path of a file with a token, as it was written; throws Misread. */
export function parseTokenFile(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.endsWith('/')) {
    throw expected('the path of a file', value);
  }
  if (value.includes('\0')) throw new Misread('a path has no NUL byte');
  return value;
}

/** The absolute path of a file with a token, which has to be there and not empty; if not, that joins the mistakes. */
export function tokenFile(composing: Composing, placed: Placed<string>): string {
  const file = resolvePath(composing, placed);
  const message = faultOf(file);
  if (message !== undefined) composing.mistakes.push({ path: placed.path, message });
  return file;
}

function faultOf(file: string): string | undefined {
  const remedy = `make one with: (umask 077; openssl rand -hex 32 > ${file})`;
  try {
    const found = statSync(file);
    if (found.isDirectory()) return `${show(file)} is a directory`;
    accessSync(file, constants.R_OK);
    // A pipe or a device tells no length.
    return found.isFile() && found.size === 0 ? `${show(file)} is empty; ${remedy}` : undefined;
  } catch (error) {
    return `cannot read ${show(file)}: ${systemWords(error)}; ${remedy}`;
  }
}
