import { createHash, timingSafeEqual } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { ConfigError } from '../config/config-error.ts';
import { show } from '../config/misread.ts';
import { systemWords } from '../config/system-words.ts';
import { isToken, LARGEST_TOKEN_FILE, TOKEN_WORDS } from '../config/token-file.ts';

/** What a command has to show; neither its letters nor its length can be told from how long a comparison takes. */
export class Token {
  readonly #digest: Buffer;

  constructor(text: string) {
    this.#digest = digestOf(text);
  }

  /** Whether an Authorization field shows it (RFC 6750, 2.1). */
  matches(authorization: string | undefined): boolean {
    const shown = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
    // Digests are of one length, so the comparison is too.
    return timingSafeEqual(digestOf(shown), this.#digest);
  }
}

/** What a token's file says, and what is unwise about it. */
export interface TokenFile {
  readonly text: string;
  readonly warnings: readonly string[];
}

/** Reads the file of a token: one line, at least 16 characters. Throws ConfigError; `place` names the setting. */
export function readTokenFile(file: string, place: string): TokenFile {
  const { text, mode } = contents(file, place);
  if (!isToken(text)) {
    throw new ConfigError([
      `${place}: expected ${TOKEN_WORDS} in ${show(file)}; make one with: openssl rand -hex 32 > ${file}`,
    ]);
  }
  const open = (mode & 0o077) !== 0;
  return {
    text,
    warnings: open
      ? [`${place}: others than its owner may read ${show(file)}; chmod 600 ${file} keeps it to him`]
      : [],
  };
}

function contents(file: string, place: string): { text: string; mode: number } {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const { mode, size } = fstatSync(descriptor);
    if (size > LARGEST_TOKEN_FILE) throw new ConfigError([`${place}: ${show(file)} is too long for a token`]);
    return { text: readFileSync(descriptor, 'latin1').trim(), mode };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([`${place}: cannot read ${show(file)}: ${systemWords(error)}`]);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text, 'latin1').digest();
}
