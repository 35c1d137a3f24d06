import { readFileSync, statSync } from 'node:fs';
import { show } from './misread.ts';
import { type Composing, type Placed, resolvePath } from './source.ts';
import { systemWords } from './system-words.ts';

/** Bytes of a file that can be a token's. */
export const LARGEST_TOKEN_FILE = 4096;

/** What a token looks like, in words. */
export const TOKEN_WORDS = 'one line of 16 to 1024 characters without blanks';

/** Whether a text can be a token. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]{16,1024}$/.test(text);
}

/** The absolute path of a file with a token, which has to be there and to hold one; if not, that joins the mistakes. */
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
    // A pipe or a device can be read but once.
    if (!found.isFile()) return undefined;
    if (found.size === 0) return `${show(file)} is empty; ${remedy}`;
    if (found.size > LARGEST_TOKEN_FILE) return `${show(file)} is too long for a token; ${remedy}`;
    if (isToken(readFileSync(file, 'latin1').trim())) return undefined;
    return `expected ${TOKEN_WORDS} in ${show(file)}; ${remedy}`;
  } catch (error) {
    return `cannot read ${show(file)}: ${systemWords(error)}; ${remedy}`;
  }
}
