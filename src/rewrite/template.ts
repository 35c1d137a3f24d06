import { decodedPath } from '../cgi/decoded-path.ts';
import { toByteText } from '../config/byte-text.ts';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { quoted } from '../http1/refusal.ts';
import { asComponent, asWritten, inPath, inQuery } from './url-text.ts';
import { VARIABLE_NAMES, type Variable, variableOf } from './variables.ts';

/** A text that is no template, in words that say what is wrong with it and what to write. */
export class TemplateError extends Error {}

/** One part of a template: a text, with a variable or the text of a group behind it. */
interface Part {
  readonly before: string;
  readonly variable: Variable | null;
  /** 1 to 9; 0: none. */
  readonly group: number;
  /** Whether a question mark stands somewhere before it, so that it belongs to the query of a URL. */
  readonly inQuery: boolean;
  /** As written, for the log. */
  readonly name: string;
}

/** Of all that is written in braces, what begins with a lower-case letter like the name of a variable. */
const SPECIAL = /\{\{|\{([a-z][a-z0-9.-]*(?::[^\s{}:;"',]*)?)\}|\$([$\d])/g;
const WHOLE_MATCH =
  '$0 stands for nothing: for the whole match put parentheses around the regular expression and write $1, for the text itself write $$0';
const LINE_END = /[\r\n\0]/;

/**
 * Takes a template apart: `{name}` stands for what the request says, `$1` to `$9` for what a regular expression captured,
 * `{{` for a brace and `$$` for a dollar sign; every other brace or dollar sign means itself. `groups`: how many groups there
 * are to capture; `lines`: whether the text may have line ends, as a body may. Throws TemplateError.
 */
export function parseTemplate(source: string, groups = 9, lines = false): Template {
  if (lines ? source.includes('\0') : LINE_END.test(source))
    throw new TemplateError(
      `${quoted(source)} has a line end or NUL in it, which could end a field: leave it out`,
    );
  const text = toByteText(source);
  const parts: Part[] = [];
  let before = '';
  let run = 0;
  let question = false;
  for (const match of text.matchAll(SPECIAL)) {
    before += text.slice(run, match.index);
    run = match.index + match[0].length;
    if (match[0] === '{{') before += '{';
    else if (match[0] === '$$') before += '$';
    else {
      question ||= before.includes('?');
      parts.push({ before, ...meaningOf(match, groups), inQuery: question, name: match[0] });
      before = '';
    }
  }
  return new Template(parts, before + text.slice(run));
}

function meaningOf(match: RegExpExecArray, groups: number): Pick<Part, 'variable' | 'group'> {
  const [written, name, digit] = match;
  if (name === undefined) {
    const group = Number(digit);
    if (group === 0) throw new TemplateError(WHOLE_MATCH);
    if (group <= groups) return { variable: null, group };
    const some = groups === 0 ? 'nothing is captured here' : `only ${groups} captured here`;
    throw new TemplateError(
      `${written}: ${some}; put parentheses into the regular expression, or write $${written} for the text itself`,
    );
  }
  const variable = variableOf(name);
  if (variable !== undefined) return { variable, group: 0 };
  throw new TemplateError(
    `${written} is no variable; there are ${VARIABLE_NAMES.join(', ')}; write {${written} for the text itself`,
  );
}

/**
 * A text with places that are filled in for each request. Everything is latin1. What a value brings with it from the
 * request never ends a line: CR, LF or NUL in it is an http_request_error.
 */
export class Template {
  readonly #parts: readonly Part[];
  readonly #rest: string;
  /** The text, if it is the same for every request; undefined: it is not. */
  readonly constant: string | undefined;
  /** Whether it is written with `$1` to `$9`. */
  readonly captures: boolean;

  constructor(parts: readonly Part[], rest: string) {
    this.#parts = parts;
    this.#rest = rest;
    this.constant = parts.length === 0 ? rest : undefined;
    this.captures = parts.some(({ group }) => group !== 0);
  }

  /** What it begins with for every request; empty: a value. */
  get beginning(): string {
    return this.#parts[0]?.before ?? this.#rest;
  }

  /** Filled in as text, for a field or a body; the captures are those of the route unless others are given. */
  expand(exchange: Exchange, captures: readonly string[] = exchange.captures): string {
    let text = '';
    for (const part of this.#parts) text += part.before + filledIn(part, exchange, captures);
    return text + this.#rest;
  }

  /** Filled in as a text of a language in which values from a request have to be escaped, as a page is. */
  expandEscaped(exchange: Exchange, escaped: (value: string) => string): string {
    let text = '';
    for (const part of this.#parts)
      text += part.before + escaped(filledIn(part, exchange, exchange.captures));
    return text + this.#rest;
  }

  /**
   * Filled in as a URL or a part of one: values that are no URL text, and the captures of the route, which are of a decoded
   * path, are percent-encoded so that none of them ends the part where it stands. Captures that are `given` are URL text.
   * `query`: whether all of it is a query.
   */
  expandUrl(exchange: Exchange, given?: readonly string[], query = false): string {
    let text = '';
    for (const part of this.#parts) {
      const value = filledIn(part, exchange, given ?? exchange.captures);
      text += asWritten(part.before) + inUrl(part, value, given !== undefined, query || part.inQuery);
    }
    return text + asWritten(this.#rest);
  }

  /** Filled in as text that is not percent-encoded, such as a path for an application: values that are URL text are decoded. */
  expandDecoded(exchange: Exchange): string {
    let text = '';
    for (const part of this.#parts) {
      const value = filledIn(part, exchange, exchange.captures);
      text += part.before + (part.variable?.form === 'url' ? decodedPath(value) : value);
    }
    return text + this.#rest;
  }
}

function filledIn(part: Part, exchange: Exchange, captures: readonly string[]): string {
  const { variable } = part;
  const value = variable === null ? (captures[part.group] ?? '') : variable.read(exchange);
  if (!LINE_END.test(value)) return value;
  throw new GatewayError(
    'http_request_error',
    `${part.name} is ${quoted(value)}: a line end or NUL may not go into a field`,
  );
}

function inUrl(part: Part, value: string, isUrlText: boolean, query: boolean): string {
  if (part.variable !== null) return part.variable.form === 'text' ? asComponent(value) : value;
  if (isUrlText) return value;
  return query ? inQuery(value) : inPath(value);
}
