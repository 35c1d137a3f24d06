import type { PathRewriteConfig, RewriteConfig } from '../config.ts';
import { expected, Misread, show } from '../misread.ts';
import { groupsOf, parsePattern } from './pattern.ts';
import type { Pairs } from './route-words.ts';
import { checkTemplate } from './template-text.ts';

/** The reader of one pair, or a list of pairs, each read by `parse`; it throws Misread. */
export function pairsOf<T>(
  what: string,
  parse: (from: string, to: string) => T,
): (value: unknown) => readonly T[] {
  return value => {
    if (!Array.isArray(value) || value.length === 0) throw expected(what, value);
    const pairs: readonly unknown[] = value.every(Array.isArray) ? value : [value];
    return pairs.map(pair => {
      const [from, to, ...more] = Array.isArray(pair) ? pair : [];
      if (typeof from !== 'string' || typeof to !== 'string' || more.length > 0) throw expected(what, pair);
      return parse(from, to);
    });
  };
}

/** A beginning of paths and what takes its place; throws Misread. */
export function parsePrefix(from: string, to: string): PathRewriteConfig {
  checkPath(from);
  if (to === '') throw new Misread(`what takes the place of ${show(from)}? write / for nothing`);
  if (!/^[/{$]/.test(to)) throw new Misread(`a path begins with "/"; got ${show(to)}`);
  return { kind: 'prefix', from, to: checkTemplate(to, 9) };
}

/** A regular expression for a path or a query, and what takes the place of what it finds; throws Misread. */
export function parsePatternPair(from: string, to: string): PathRewriteConfig {
  const source = from.startsWith('~') ? from.slice(1) : from;
  const groups = groupsOf(parsePattern(source));
  return { kind: 'pattern', from: source, to: checkTemplate(to, groups) };
}

/** The beginning of a URL or a path as a backend says it, and what clients are told; throws Misread. */
export function parseReversePair(from: string, to: string): readonly [string, string] {
  for (const text of [from, to]) {
    if (!/^(?:https?:\/\/[^/\s]|\/)\S*$/i.test(text)) {
      throw expected('the beginning of a URL such as http://app:8080/, or of a path such as /app/', text);
    }
  }
  return [from, to];
}

/** How what backends say of places is mapped back: `auto`, `off`, a pair or a list of pairs; throws Misread. */
export function parseReverse(value: unknown): RewriteConfig['reverse'] {
  if (value === 'auto' || value === 'off') return { mode: value, pairs: [] };
  // YAML 1.1 would read a bare off so.
  if (value === false) return { mode: 'off', pairs: [] };
  return {
    mode: 'auto',
    pairs: pairsOf('auto, off, [FROM, TO] or a list of these', parseReversePair)(value),
  };
}

/** A domain as a backend's cookies have it, and the one that clients get, empty for none; throws Misread. */
export function parseDomainPair(from: string, to: string): readonly [string, string] {
  for (const text of [from, to]) {
    if (!/^(?:\.?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)?$/.test(text)) {
      throw expected('a domain such as app.internal', text);
    }
  }
  if (from === '') throw expected('a domain such as app.internal', from);
  return [from, to];
}

/** A path as a backend's cookies have it, and the one that clients get; throws Misread. */
export function parseCookiePathPair(from: string, to: string): readonly [string, string] {
  for (const text of [from, to]) {
    if (!/^\/[^;\s]*$/.test(text)) throw expected('a path such as /app', text);
  }
  return [from, to];
}

function checkPath(path: string): void {
  if (!path.startsWith('/')) throw new Misread(`a path begins with "/"; got ${show(path)}`);
  if (path.includes('*')) {
    throw new Misread(
      `a prefix means all that is below it: write ${path.replace(/\/?\*.*$/, '') || '/'}; got ${show(path)}`,
    );
  }
  if (/[?#\s\0]/.test(path)) throw new Misread(`a path has no "?", "#" or space; got ${show(path)}`);
}

/** Joins pairs, of which no two may begin alike; throws Misread. */
export function joinPairs(what: string, before: Pairs | undefined, after: Pairs): Pairs {
  const known = new Set((before ?? []).map(([from]) => from));
  const twice = after.find(([from]) => known.has(from));
  if (twice !== undefined) throw new Misread(`${what} ${twice[0]} is given twice`);
  return [...(before ?? []), ...after];
}
