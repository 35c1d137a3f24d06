import { Misread, show } from '../misread.ts';

/**
 * The parts of a rule, such as `A -> B; C; D`: what stands before the arrow, and what stands behind it up to a semicolon that is
 * followed by a space or by nothing. Quotes keep both together. Undefined: there is no arrow. Throws Misread.
 */
export function splitRule(text: string): { conditions: string; parts: string[] } | undefined {
  const arrow = arrowIn(text);
  if (arrow < 0) return undefined;
  const parts: string[] = [];
  let start = arrow + 2;
  for (let at = start; at < text.length; at++) {
    if (opensQuote(text, at)) at = endOfQuote(text, at);
    else if (text[at] === ';' && /^(?:\s|$)/.test(text.slice(at + 1, at + 2))) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return { conditions: text.slice(0, arrow).trim(), parts };
}

function arrowIn(text: string): number {
  for (let at = 0; at < text.length; at++) {
    if (opensQuote(text, at)) at = endOfQuote(text, at);
    else if (text.startsWith('->', at) && isBlank(text, at - 1) && isBlank(text, at + 2)) return at;
  }
  return -1;
}

/** The words of a text, quotes and all; quotes keep words together. Throws Misread. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let at = 0; at < text.length; at++) {
    if (isBlank(text, at)) {
      if (start >= 0) words.push(text.slice(start, at));
      start = -1;
      continue;
    }
    if (start < 0) start = at;
    if (opensQuote(text, at)) at = endOfQuote(text, at);
  }
  if (start >= 0) words.push(text.slice(start));
  return words;
}

/** The values of a list with commas, without their quotes. Throws Misread. */
export function splitValues(text: string): string[] {
  const values: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (opensQuote(text, at) && at === start) at = endOfQuote(text, at);
    else if (text[at] === ',') {
      values.push(unquote(text.slice(start, at)));
      start = at + 1;
    }
  }
  return [...values, unquote(text.slice(start))];
}

/** A text without its quotes, in which `\"` is a quote and `\\` a backslash; one without quotes is as it is. Throws Misread. */
export function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  const end = endOfQuote(text, 0);
  if (end !== text.length - 1) {
    throw new Misread(
      `${show(text.slice(end + 1))} follows a closing quote: put a space before it, or write \\" for a quote`,
    );
  }
  return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
}

function opensQuote(text: string, at: number): boolean {
  return text[at] === '"' && (isBlank(text, at - 1) || text[at - 1] === '=' || text[at - 1] === ',');
}

function endOfQuote(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  throw new Misread(`a quote is not closed: ${show(text.slice(from))}; \\" is a quote inside of quotes`);
}

/** Whether a blank stands there, or nothing. */
function isBlank(text: string, at: number): boolean {
  return at < 0 || at >= text.length || /\s/.test(text[at]!);
}
