import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LONGEST_KEY, SHORTEST_KEY } from '../cookies/signer.ts';
import { Misread, show } from './misread.ts';
import { type Composing, resolvePath } from './source.ts';
import { systemWords } from './system-words.ts';

/** The absolute path of the file with the key of cookies, which is there or can be made; empty: none was named. What is wrong with it joins the mistakes. */
export function cookieKeyFile(given: string | undefined, composing: Composing): string {
  if (given === undefined) return '';
  const path = ['cookie-key-file'];
  const file = resolvePath(composing, { value: given, path });
  try {
    checkFolder(file);
    checkKeyFile(file);
  } catch (error) {
    const message =
      error instanceof Misread ? error.message : `cannot use ${show(file)}: ${systemWords(error)}`;
    composing.mistakes.push({ path, message });
  }
  return file;
}

/** Nobody makes folders for a file that was named: it may be a slip of the pen. Throws Misread. */
function checkFolder(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder))
    throw new Misread(`cannot use ${show(file)}: the directory ${show(folder)} does not exist`);
}

/** Throws Misread or the system's error unless a key can be read from a file, or be kept there. */
export function checkKeyFile(file: string): void {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there === undefined) accessSync(nearestFolder(file), constants.W_OK | constants.X_OK);
  else if (there.isDirectory()) throw new Misread(`${show(file)} is a directory: name a file in it`);
  else accessSync(file, constants.R_OK);
  // Of a pipe the size says nothing.
  if (there?.isFile() === true && (there.size < SHORTEST_KEY || there.size > LONGEST_KEY))
    throw new Misread(
      `${show(file)} has ${there.size} bytes, and a key ${SHORTEST_KEY} to ${LONGEST_KEY}; ` +
        `make one with: (umask 077; head -c ${SHORTEST_KEY} /dev/urandom > ${file})`,
    );
}

/** Folders on the way to the usual file are made with it. */
function nearestFolder(file: string): string {
  const folder = dirname(file);
  if (folder === file || statSync(folder, { throwIfNoEntry: false }) !== undefined) return folder;
  return nearestFolder(folder);
}
