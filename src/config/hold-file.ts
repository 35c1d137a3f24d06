import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expected, Misread, show } from './misread.ts';
import { type Composing, type Placed, resolvePath } from './source.ts';
import { systemWords } from './system-words.ts';

/** The path of a file that holds requests while it exists, as it was written, or empty for `off`; throws Misread. */
export function parseHoldFile(value: unknown): string {
  if (value === 'off') return '';
  if (typeof value !== 'string' || value === '' || value.endsWith('/')) {
    throw expected('the path of a file, or off', value);
  }
  if (value.includes('\0')) throw new Misread('a path has no NUL byte');
  return value;
}

/** The absolute path of a hold file. Its directory has to be there, for that is what is watched; if not, that joins the mistakes. */
export function holdFile(composing: Composing, placed: Placed<string>): string {
  if (placed.value === '') return '';
  const file = resolvePath(composing, placed);
  const message = faultOf(file);
  if (message !== undefined) composing.mistakes.push({ path: placed.path, message });
  return file;
}

function faultOf(file: string): string | undefined {
  const directory = dirname(file);
  try {
    if (!statSync(directory).isDirectory()) return `${show(directory)} is not a directory`;
    const there = statSync(file, { throwIfNoEntry: false });
    return there?.isDirectory() ? `${show(file)} is a directory: name a file in it` : undefined;
  } catch (error) {
    return `cannot use the directory ${show(directory)}: ${systemWords(error)}; make it first`;
  }
}
