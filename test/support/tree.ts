import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './socket-path.ts';

/** What lies at a path: a file with that content, or a link. */
type Entry = string | Buffer | { readonly link: string };

/** A new folder with files and links by path; it is removed after the test. A path that ends in a slash is a folder. */
export function makeTree(t: TestContext, entries: Readonly<Record<string, Entry>>): string {
  const folder = temporaryFolder(t);
  for (const [name, entry] of Object.entries(entries)) {
    const path = join(folder, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (name.endsWith('/')) continue;
    if (typeof entry === 'object' && 'link' in entry) symlinkSync(entry.link, path);
    else writeFileSync(path, entry);
  }
  return folder;
}
