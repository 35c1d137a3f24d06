import type { FieldEditsConfig, RewriteConfig } from '../config.ts';
import type { EditWords, RewriteWords } from './route-words.ts';

/** A whole rewrite of what was said of it; undefined: nothing was said. */
export function toRewrite(words: RewriteWords | undefined): RewriteConfig | undefined {
  if (words === undefined) return undefined;
  return {
    path: words.path ?? [],
    query: words['set-query'],
    queryPatterns: words.query ?? [],
    host: words.host ?? '',
    request: toEdits(words.request),
    response: toEdits(words.response),
    reverse: words.reverse ?? { mode: 'auto', pairs: [] },
    cookieDomains: words['cookie-domain'] ?? [],
    cookiePaths: words['cookie-path'] ?? [],
    docroot: words.docroot ?? '',
    scriptName: words['script-name'] ?? '',
    pathInfo: words['path-info'] ?? '',
  };
}

function toEdits({ remove = [], set = [], add = [] }: EditWords = {}): FieldEditsConfig {
  return { remove, set, add };
}
