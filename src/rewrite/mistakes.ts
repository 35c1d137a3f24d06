import type { RewriteConfig } from '../config/config.ts';
import { Rewrite } from './rewrite.ts';
import { TemplateError } from './template.ts';

const NO_EDITS = { remove: [], set: [], add: [] };

const TERMS = { limits: { targetBytes: Infinity, headBytes: Infinity }, forwarded: 'none' } as const;

/** What is wrong with a rewrite, in words that say what to write; empty: nothing. */
export function rewriteMistakes(config: RewriteConfig): readonly string[] {
  const plain: RewriteConfig = {
    ...config,
    path: [],
    query: undefined,
    queryPatterns: [],
    host: '',
    request: NO_EDITS,
    response: NO_EDITS,
    docroot: '',
    scriptName: '',
    pathInfo: '',
  };
  return piecesOf(config).flatMap(piece => {
    try {
      new Rewrite({ ...plain, ...piece }, TERMS);
      return [];
    } catch (error) {
      if (error instanceof TemplateError) return [error.message];
      throw error;
    }
  });
}

/** The parts of a rewrite that can be wrong, each by itself. */
function piecesOf(config: RewriteConfig): Partial<RewriteConfig>[] {
  const { path, queryPatterns, query, host, docroot, scriptName, pathInfo } = config;
  return [
    ...path.map(rule => ({ path: [rule] })),
    ...queryPatterns.map(rule => ({ queryPatterns: [rule] })),
    { query },
    { host },
    { docroot },
    { scriptName },
    { pathInfo },
    ...(['request', 'response'] as const).flatMap(side => [
      ...config[side].remove.map(name => ({ [side]: { ...NO_EDITS, remove: [name] } })),
      ...config[side].set.map(field => ({ [side]: { ...NO_EDITS, set: [field] } })),
      ...config[side].add.map(field => ({ [side]: { ...NO_EDITS, add: [field] } })),
    ]),
  ];
}
