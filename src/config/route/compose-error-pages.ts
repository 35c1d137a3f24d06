import { statSync } from 'node:fs';
import type { ErrorPageConfig } from '../config.ts';
import { show } from '../misread.ts';
import { formatSize } from '../size.ts';
import { type Composing, resolvePath } from '../source.ts';
import { systemWords } from '../system-words.ts';

/** Pages are kept in memory. */
const LARGEST = 1_048_576;

/** Pages with absolute paths, whose files have to be there; what is wrong joins the mistakes. */
export function composeErrorPages(
  pages: readonly ErrorPageConfig[],
  path: readonly PropertyKey[],
  composing: Composing,
): ErrorPageConfig[] {
  return pages.map((page, i) => {
    if (page.file === '') return page;
    const at = path[0] === 'error-page' ? [...path, i] : path;
    const file = resolvePath(composing, { value: page.file, path: at });
    const message = faultOf(file);
    if (message !== undefined) composing.mistakes.push({ path: at, message });
    return { ...page, file };
  });
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
