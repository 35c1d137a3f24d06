import { RE2JS } from 're2js';

/** A regular expression that takes time in proportion to the text, whoever wrote the text. */
export class Pattern {
  readonly source: string;
  /** How many groups it captures. */
  readonly groups: number;
  readonly #compiled: RE2JS;

  /** In the syntax of RE2, which has neither look-around nor back-references; throws PatternError. */
  constructor(source: string) {
    this.source = source;
    try {
      this.#compiled = RE2JS.compile(source);
    } catch (error) {
      throw new PatternError((error as Error).message);
    }
    this.groups = this.#compiled.groupCount();
  }

  /** Whether it is found anywhere in the text. */
  test(text: string): boolean {
    return this.#compiled.test(text);
  }

  /** Where it is found first: the whole and its groups, empty for those that took no part; null: nowhere. */
  find(text: string): Found | null {
    const matcher = this.#compiled.matcher(text);
    if (!matcher.find()) return null;
    const captures: string[] = [];
    for (let i = 0; i <= this.groups; i++) captures.push(matcher.group(i) ?? '');
    return { start: matcher.start(), end: matcher.end(), captures };
  }
}

/** What a pattern found: where, and what its groups captured, the whole first. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly captures: readonly string[];
}

/** A text that is no regular expression, or one that cannot be searched for in linear time. */
export class PatternError extends Error {}
