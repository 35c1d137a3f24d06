import { statSync } from 'node:fs';
import type { ErrorPageConfig } from '../config.ts';
import { show } from '../misread.ts';
import { formatSize } from '../size.ts';
import { type Composing, resolvePath } from '../source.ts';
import { formatStatuses } from '../statuses.ts';
import { systemWords } from '../system-words.ts';

/** Pages are kept in memory. */
const LARGEST = 1_048_576;

/** Pages with absolute paths, whose files have to be there; what is wrong joins the mistakes. */
export function composeErrorPages(
  pages: readonly ErrorPageConfig[],
  path: readonly PropertyKey[],
  composing: Composing,
): ErrorPageConfig[] {
  refuseUnseen(pages, path, composing);
  return pages.map((page, i) => {
    if (page.file === '') return page;
    const at = path[0] === 'error-page' ? [...path, i] : path;
    const file = resolvePath(composing, { value: page.file, path: at });
    const message = faultOf(file);
    if (message !== undefined) composing.mistakes.push({ path: at, message });
    return { ...page, file };
  });
}

/** The first page for a status is the answer, but one in JSON for those who prefer that, so others may never be seen. */
function refuseUnseen(
  pages: readonly ErrorPageConfig[],
  path: readonly PropertyKey[],
  { mistakes }: Composing,
): void {
  const seen = { json: new Set<number>(), other: new Set<number>() };
  for (const { statuses, type } of pages) {
    const before = /\bjson\b/i.test(type) ? seen.json : seen.other;
    const all = statuses.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
    if (all.every(status => before.has(status))) {
      const message = `the page for ${formatStatuses(statuses)} is never seen, for another stands before it: put the narrower one first, or leave it out`;
      mistakes.push({ path, message });
    }
    for (const status of all) before.add(status);
  }
}

function faultOf(file: string): string | undefined {
  try {
    const found = statSync(file);
    if (found.isDirectory()) return `${show(file)} is a directory`;
    if (!found.isFile()) return `${show(file)} is no regular file`;
    return found.size > LARGEST
      ? `${show(file)} is longer than ${formatSize(LARGEST)}, which is too long for a page`
      : undefined;
  } catch (error) {
    return `cannot read ${show(file)}: ${systemWords(error)}`;
  }
}
