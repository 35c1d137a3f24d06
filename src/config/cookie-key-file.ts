import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { show } from './misread.ts';
import { type Composing, resolvePath } from './source.ts';
import { systemWords } from './system-words.ts';

/** The absolute path of the file with the key of cookies, which is there or can be made; empty: none was named. What is wrong with it joins the mistakes. */
export function cookieKeyFile(given: string | undefined, composing: Composing): string {
  if (given === undefined) return '';
  const path = ['cookie-key-file'];
  const file = resolvePath(composing, { value: given, path });
  const message = faultOf(file);
  if (message !== undefined) composing.mistakes.push({ path, message });
  return file;
}

function faultOf(file: string): string | undefined {
  const directory = dirname(file);
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory()) return `${show(file)} is a directory: name a file in it`;
    if (there !== undefined || statSync(directory).isDirectory()) return undefined;
    return `${show(directory)} is not a directory`;
  } catch (error) {
    return `cannot use the directory ${show(directory)}: ${systemWords(error)}; make it first`;
  }
}
