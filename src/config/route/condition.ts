import type { ConditionConfig } from '../config.ts';
import { parseHosts, parseMethods, parsePathPattern } from '../match.ts';
import { expected, Misread, show } from '../misread.ts';
import { unknownWord } from '../nearest.ts';
import { parseTrusted } from '../trust.ts';
import { parsePattern } from './pattern.ts';
import { splitValues } from './words.ts';

type Kind = ConditionConfig['kind'];

/** The kinds of conditions that have no name of their own, and those that have one. */
export const PLAIN_KINDS = ['host', 'path', 'method', 'client'] as const;
export const NAMED_KINDS = ['header', 'cookie', 'query'] as const;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What a rule may say before its arrow. */
const FORMS = [...PLAIN_KINDS, ...NAMED_KINDS.map(kind => `${kind}:NAME`), 'name'];

/** A condition as a rule has it: `KIND=VALUES`, `KIND:NAME=VALUES`, each also with `!=`. Throws Misread. */
export function parseCondition(word: string): ConditionConfig {
  const [, key, subject, sign, text] = /^([A-Za-z-]*)(?::([^=!]*))?(!?=)(.*)$/s.exec(word) ?? [];
  const plain = PLAIN_KINDS.find(kind => kind === key);
  const named = NAMED_KINDS.find(kind => kind === key);
  if (sign === undefined || (plain ?? named) === undefined) throw unknownCondition(word, key ?? word);
  if (plain !== undefined && subject !== undefined) {
    throw new Misread(`${plain} has no name: write ${plain}=${text}; got ${show(word)}`);
  }
  if (named !== undefined && (subject ?? '') === '') {
    throw new Misread(`a ${named} has a name: write ${named}:NAME=${text}; got ${show(word)}`);
  }
  const negated = sign === '!=';
  const values = valuesIn(text!);
  if (plain !== undefined) return condition(plain, values, negated);
  return namedCondition(named!, subject!, values, negated, text === '');
}

/** A comma outside of quotes ends a value, also in the middle of a regular expression. */
function valuesIn(text: string): string[] {
  const values = splitValues(text);
  const torn = values.slice(0, -1).find(value => value.startsWith('~') && isOpen(value));
  if (torn === undefined) return values;
  throw new Misread(
    `a regular expression with a comma stands in quotes: ="~.."; without them it ends there, as in ${show(torn)}`,
  );
}

/** Whether a bracket in a text is not closed, as far as counting tells. */
function isOpen(text: string): boolean {
  const bare = text.replace(/\\./g, '');
  return ['()', '[]', '{}'].some(([open, close]) => bare.split(open!).length > bare.split(close!).length);
}

/** A condition without a name of its own; throws Misread. */
export function condition(
  kind: (typeof PLAIN_KINDS)[number],
  values: readonly string[],
  negated: boolean,
): ConditionConfig {
  return { kind, name: '', negated, values: distinct(values.flatMap(readerOf(kind))) };
}

function readerOf(kind: (typeof PLAIN_KINDS)[number]): (value: string) => readonly string[] {
  switch (kind) {
    case 'host':
      return value => (isPattern(value) ? [checkedPattern(value)] : parseHosts([value]));
    case 'path':
      return value => [isPattern(value) ? checkedPattern(value) : parsePathPattern(value)];
    case 'method':
      return value => parseMethods([value]);
    case 'client':
      return value => [parseTrusted(value)];
  }
}

/** A condition on a header, a cookie or a parameter; `*` alone: it is there at all. Throws Misread. */
export function namedCondition(
  kind: (typeof NAMED_KINDS)[number],
  name: string,
  values: readonly string[],
  negated: boolean,
  bare = false,
): ConditionConfig {
  const sign = negated ? '!=' : '=';
  if (kind !== 'query' && !TOKEN.test(name)) {
    throw expected(`the name of a ${kind}, such as ${kind === 'header' ? 'X-Version' : 'session'}`, name);
  }
  if (/[\s\0#]/.test(name)) throw expected('the name of a parameter, such as page', name);
  if (bare) {
    throw new Misread(
      `what is ${kind}:${name} to be? write ${kind}:${name}${sign}* for any value, ${kind}:${name}${sign}"" for an empty one`,
    );
  }
  const shown = kind === 'header' ? name.toLowerCase() : name;
  if (values.length === 1 && values[0] === '*') return { kind, name: shown, negated, values: [] };
  return { kind, name: shown, negated, values: distinct(values.map(checkedValue)) };
}

function checkedValue(value: string): string {
  if (isPattern(value)) return checkedPattern(value);
  if (value === '*') throw new Misread('"*" stands alone: any value is one of them');
  if (/[\r\n\0]/.test(value))
    throw new Misread(`a value has no line end and no NUL byte; got ${show(value)}`);
  return value;
}

function isPattern(value: string): boolean {
  return value.startsWith('~');
}

function checkedPattern(value: string): string {
  parsePattern(value.slice(1));
  return value;
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

function unknownCondition(word: string, key: string): Misread {
  if (NAMED_KINDS.some(kind => word.startsWith(`${kind}:`))) {
    return new Misread(
      `the route condition ${show(word)} has no value: write ${word}=VALUE, or ${word}=* if it is enough that it is there`,
    );
  }
  const known: readonly (Kind | 'name' | 'internal')[] = [...PLAIN_KINDS, ...NAMED_KINDS, 'name', 'internal'];
  if (known.some(one => one === key)) {
    return new Misread(
      `the route condition ${show(word)} has no value: write ${key}${NAMED_KINDS.some(kind => kind === key) ? ':NAME' : ''}=..`,
    );
  }
  const forms = `${FORMS.map(form => `${form}=`).join(', ')} and internal`;
  return new Misread(
    `${unknownWord('route condition', word, known)}; they are ${forms}, with != for the opposite`,
  );
}
