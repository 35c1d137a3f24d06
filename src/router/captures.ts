import type { Pattern } from '../pattern.ts';
import type { Rule } from './rule.ts';

/** Where a rule has no regular expression of path or host. */
export const NO_CAPTURES: readonly string[] = [];

/**
 * What the regular expressions of a rule captured: the whole match and the groups of the path's, and behind them the groups
 * of the host's; where only hosts have one, the whole match is the host's. Of several, the first that matches counts.
 */
export function capturesOf(
  { pathPatterns, hostPatterns }: Rule,
  host: string,
  path: string,
): readonly string[] {
  const ofPath = firstFound(pathPatterns, path);
  const ofHost = firstFound(hostPatterns, host);
  if (ofPath.length === 0) return ofHost;
  return ofHost.length === 0 ? ofPath : [...ofPath, ...ofHost.slice(1)];
}

function firstFound(patterns: readonly Pattern[], text: string): readonly string[] {
  for (const pattern of patterns) {
    const found = pattern.find(text);
    if (found !== null) return found.captures;
  }
  return NO_CAPTURES;
}
