import { dirname, resolve } from 'node:path';
import type { Mistake } from './config-error.ts';

/** Where settings come from. */
export interface Source {
  /** The keys at the top that were given as flags. */
  readonly flags: ReadonlySet<string>;
  /** The keys at the top that were given at all: what is not there has its default. */
  readonly given: ReadonlySet<string>;
  /** The configuration file; undefined: there is none. */
  readonly fileName: string | undefined;
}

/** What is needed to put settings together: where they come from, and the list that mistakes join. */
export interface Composing extends Source {
  readonly mistakes: Mistake[];
}

/** A value and the path of keys to it. */
export interface Placed<T> {
  readonly value: T;
  readonly path: readonly PropertyKey[];
}

/** An absolute path: one in a flag begins at the working directory, one in the file at the directory of the file. */
export function resolvePath(source: Source, { value, path }: Placed<string>): string {
  const inFile = source.fileName !== undefined && !source.flags.has(String(path[0]));
  return inFile ? resolve(dirname(source.fileName!), value) : resolve(value);
}
