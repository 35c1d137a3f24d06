import { Pattern, PatternError } from '../../pattern.ts';
import { Misread, show } from '../misread.ts';

/** What RE2 leaves out of what other engines know: look-around, back-references, and groups that do not give back. */
const NOT_LINEAR = /\(\?(?:[=!>]|<[=!])|\\[1-9]|\\k</;

const MOST_GROUPS = 9;

/** A regular expression, without the tilde in front of it; throws Misread if it is none, or one that may take exponential time. */
export function parsePattern(text: unknown): Pattern {
  if (typeof text !== 'string' || text === '')
    throw new Misread('expected a regular expression; got nothing');
  if (/[\r\n\0]/.test(text)) throw new Misread(`a regular expression is one line; got ${show(text)}`);
  try {
    return new Pattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const why = NOT_LINEAR.test(text)
      ? 'look-around and back-references are not there, since a text can be made for them that takes exponential time; write it without (RE2 syntax)'
      : `${error.message.replace(/^error parsing regexp: /, '')} (RE2 syntax)`;
    throw new Misread(`${show(text)} is no regular expression: ${why}`);
  }
}

/** How many of its groups a template can name. */
export function groupsOf(pattern: Pattern): number {
  return Math.min(pattern.groups, MOST_GROUPS);
}
