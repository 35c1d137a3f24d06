import { latin1Path } from '../cgi/file-lookup.ts';

/** One thing to look for: the path as a file, the path as a directory, a certain file, or nothing but a status. */
export type Step =
  | { readonly kind: 'path' | 'directory' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'status'; readonly status: number };

/** Reads what is to be tried: `{path}`, `{path}/`, a path below the root, or `=404`. */
export function stepsOf(entries: readonly string[]): readonly Step[] {
  return entries.map(stepOf);
}

function stepOf(entry: string): Step {
  if (entry === '{path}') return { kind: 'path' };
  if (entry === '{path}/') return { kind: 'directory' };
  if (entry.startsWith('=')) return { kind: 'status', status: Number(entry.slice(1)) };
  return { kind: 'file', path: withoutEmptySegments(latin1Path(entry)) };
}

/** A path in which every slash stands alone. */
export function withoutEmptySegments(path: string): string {
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
}
