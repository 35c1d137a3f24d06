import { toByteText } from '../config/byte-text.ts';
import type { PathRewriteConfig } from '../config/config.ts';
import type { Exchange } from '../exchange.ts';
import { CLASS, TARGET } from '../http1/bytes.ts';
import { byteName, quoted } from '../http1/refusal.ts';
import { Pattern, PatternError } from '../pattern.ts';
import { parseTemplate, type Template, TemplateError } from './template.ts';
import { byteAt, indexBefore, tidied } from './tidy-url.ts';
import { asWritten } from './url-text.ts';

/** What a rule has made of a path or a query. */
export interface Changed {
  readonly text: string;
  /** The beginning that was replaced, as it stands in a URL, and what took its place; undefined: something else was. */
  readonly beginning: { readonly from: string; readonly to: string } | undefined;
}

/** One way to change a path or a query, if it is one that the rule is for. */
export interface UrlRule {
  /** Undefined: it is not. */
  apply(exchange: Exchange, text: string): Changed | undefined;
}

/** The rule of a configuration, for the path or for the query; throws TemplateError. */
export function urlRuleOf(config: PathRewriteConfig, part: 'path' | 'query'): UrlRule {
  return config.kind === 'prefix' ? new PrefixRule(config) : new PatternRule(config, part);
}

/** A template whose own text may stand in a target; throws TemplateError. */
export function targetTemplate(text: string, groups?: number): Template {
  for (const character of toByteText(text)) {
    const byte = character.charCodeAt(0);
    if ((CLASS[byte]! & TARGET) === 0)
      throw new TemplateError(
        `${quoted(text)}: ${byteName(byte)} may not stand in a URL; write it percent-encoded`,
      );
  }
  return parseTemplate(text, groups);
}

/** A slash that was sent percent-encoded ends no segment. */
const ENCODED_SLASH = 0x12f;
const SLASH = 0x2f;

/** Replaces what a path begins with, in whatever way the client encoded it; what follows stays byte for byte. */
class PrefixRule implements UrlRule {
  /** As it stands in a URL, without a slash at its end. */
  readonly #from: string;
  /** Whether nothing in it is percent-encoded, so that a path without a percent sign is as easily held against it. */
  readonly #isPlain: boolean;
  readonly #bytes: readonly number[];
  readonly #to: Template;

  constructor({ from, to }: PathRewriteConfig) {
    checkBeginning(from, 'what a path begins with');
    if (!to.startsWith('{') && !to.startsWith('$')) checkBeginning(to, 'what takes the place of a prefix');
    this.#to = targetTemplate(to.replace(/\/+$/, ''));
    this.#from = asWritten(toByteText(from).replace(/\/+$/, ''));
    targetTemplate(from.replaceAll('{', '{{').replaceAll('$', '$$$$'));
    this.#bytes = bytesOf(this.#from);
    this.#isPlain = !this.#from.includes('%');
  }

  apply(exchange: Exchange, path: string): Changed | undefined {
    const end = this.#endIn(path);
    if (end === -1) return undefined;
    const rest = path.slice(end);
    const expanded = this.#to.expandUrl(exchange);
    const to = expanded.endsWith('/') ? expanded.slice(0, -1) : expanded;
    return { text: to + rest || '/', beginning: { from: this.#from, to } };
  }

  /** Where in a path the prefix ends; -1: the path does not begin with it. */
  #endIn(path: string): number {
    const { length } = this.#from;
    if (path.startsWith(this.#from) && endsAt(path, length)) return length;
    return this.#isPlain && !path.includes('%') ? -1 : this.#endOfEncoded(path);
  }

  #endOfEncoded(path: string): number {
    let at = 0;
    for (const expected of this.#bytes) {
      if (at >= path.length) return -1;
      const { byte, length } = pathByteAt(path, at);
      if (byte !== expected) return -1;
      at += length;
    }
    return endsAt(path, at) ? at : -1;
  }
}

/** Whether a part of a path ends there. */
function endsAt(path: string, at: number): boolean {
  return at === path.length || path.charCodeAt(at) === SLASH;
}

/** Replaces what a regular expression finds first; all else stays byte for byte. */
class PatternRule implements UrlRule {
  readonly #pattern: Pattern;
  readonly #to: Template;
  readonly #inQuery: boolean;

  constructor({ from, to }: PathRewriteConfig, part: 'path' | 'query') {
    this.#pattern = patternOf(from);
    this.#to = targetTemplate(to, this.#pattern.groups);
    this.#inQuery = part === 'query';
    if (!this.#inQuery && takesBeginning(from)) checkPathBeginning(this.#to.beginning, to);
  }

  apply(exchange: Exchange, text: string): Changed | undefined {
    const found = this.#pattern.find(tidied(text));
    if (found === null) return undefined;
    const before = text.slice(0, indexBefore(text, found.start));
    const after = text.slice(indexBefore(text, found.end));
    const to = this.#to.expandUrl(exchange, found.captures, this.#inQuery);
    return { text: before + to + after, beginning: undefined };
  }
}

/** Whether a regular expression finds nothing but what stands at the beginning. */
function takesBeginning(source: string): boolean {
  if (!/^(?:\(\?[a-z]+\))?\^/.test(source)) return false;
  let bare = source.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '');
  for (let before = ''; before !== bare; ) {
    before = bare;
    bare = bare.replace(/\([^()]*\)/g, '');
  }
  return !bare.includes('|');
}

/** `beginning`: of all that takes the place of a beginning; empty: a value or nothing. */
function checkPathBeginning(beginning: string, to: string): void {
  if (beginning === '' || beginning.startsWith('/')) return;
  throw new TemplateError(
    `${quoted(to)} takes the place of what a path begins with: it begins with /, or every such request would get 400`,
  );
}

function patternOf(source: string): Pattern {
  try {
    return new Pattern(toByteText(source));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new TemplateError(
      `${quoted(source)} is no regular expression in the syntax of RE2, which has no look-around and no back-references: ${error.message}`,
    );
  }
}

function checkBeginning(text: string, what: string): void {
  if (text !== '' && !text.startsWith('/'))
    throw new TemplateError(`${quoted(text)}: ${what} is a path: it begins with /`);
  if (text.includes('?'))
    throw new TemplateError(`${quoted(text)}: ${what} has no query; set-query sets one`);
}

function bytesOf(path: string): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < path.length; ) {
    const { byte, length } = pathByteAt(path, at);
    bytes.push(byte);
    at += length;
  }
  return bytes;
}

function pathByteAt(path: string, at: number): { byte: number; length: number } {
  const { byte, length } = byteAt(path, at);
  return byte === SLASH && length === 3 ? { byte: ENCODED_SLASH, length } : { byte, length };
}
