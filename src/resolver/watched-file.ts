import { readFileSync, statSync } from 'node:fs';

/** No file of the system's is longer that a name is looked up in; the rest of one that is does not count. */
const LONGEST = 16 * 1024 * 1024;

/**
 * A small file of the system's, read when it is first asked for and again once it has changed. Its state is asked for in
 * place, not by a thread: while name servers hang, lookups of the system may occupy all of these.
 */
export class WatchedFile {
  readonly path: string;
  #stamp = '';
  #text: string | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** What it contains; empty if it cannot be read. */
  get text(): string {
    if (this.#text === undefined) {
      this.#stamp = stampOf(this.path);
      this.#text = readFile(this.path);
    }
    return this.#text;
  }

  /** Whether it has changed since it was read; then it will be read again. */
  look(): boolean {
    if (this.#text === undefined || stampOf(this.path) === this.#stamp) return false;
    this.#text = undefined;
    return true;
  }
}

/** What changes when the file does; empty: there is none, or nobody may look. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return '';
  }
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'latin1').slice(0, LONGEST);
  } catch {
    return '';
  }
}
