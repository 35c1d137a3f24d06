import { parseInteger } from '../integer.ts';
import { expected, Misread, show } from '../misread.ts';
import { parsePoolName } from '../pool-name.ts';
import { parseWord } from '../word.ts';
import type { ActionWords } from './route-words.ts';
import { templateText } from './template-text.ts';
import { splitWords, unquote } from './words.ts';

type RedirectStatus = Extract<ActionWords, { kind: 'redirect' }>['status'];

/** The type of a text that names none. */
export const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** Where a redirect leads to for the time being; a permanent one is kept by browsers for ever. */
const USUAL_REDIRECT = 302;

const REDIRECTS = ['301', '302', '303', '307', '308'] as const;
const parseRedirectWord = parseWord(REDIRECTS);
const parseAnswerStatus = parseInteger(200, 599);
const parseUrlTemplate = templateText('a URL such as https://example.com{target}, or a path such as /new/');

/** What stands behind the arrow of a rule: a pool, or an answer of the gateway's own. Throws Misread. */
export function parseTarget(text: string): ActionWords {
  const [verb, ...words] = splitWords(text);
  const rest = text.slice(verb?.length ?? 0).trim();
  switch (verb) {
    case 'redirect':
      return redirectOf(words);
    case 'respond': {
      const [status = '', ...more] = words;
      const body = rest.slice(status.length).trim();
      return parseRespond({ status, body: more.length === 1 ? unquote(body) : body });
    }
    case 'return':
      return parseReturn(rest);
    default:
      return { kind: 'pool', pool: poolNamed(text) };
  }
}

function poolNamed(text: string): string {
  // A blank behind it would have ended the target.
  if (text.includes(';')) {
    throw new Misread(
      `what follows a target or a directive stands behind "; ", with a blank: write ${show(text.replace(/\s*;\s*/g, '; '))}`,
    );
  }
  return parsePoolName(unquote(text));
}

function redirectOf(words: readonly string[]): ActionWords {
  const [first = '', second, ...more] = words;
  if (more.length > 0)
    throw new Misread(`a redirect has a status and a URL without spaces; got ${show(words.join(' '))}`);
  if (second === undefined && /^\d*$/.test(first)) {
    throw new Misread(
      `where to? write redirect ${first === '' ? '' : `${first} `}URL, such as https://{host}{target}`,
    );
  }
  return second === undefined
    ? parseRedirect({ to: unquote(first) })
    : parseRedirect({ status: first, to: unquote(second) });
}

/** A redirect; its URL is a template. Throws Misread. */
export function parseRedirect({ status, to }: { status?: unknown; to: unknown }): ActionWords {
  return {
    kind: 'redirect',
    status: status === undefined ? USUAL_REDIRECT : parseRedirectStatus(status),
    location: parseLocation(to),
  };
}

/** The status of a redirect; throws Misread. */
export function parseRedirectStatus(value: unknown): RedirectStatus {
  return Number(parseRedirectWord(value)) as RedirectStatus;
}

/** Where a redirect leads: a template that begins like a URL or a path, so that it stays one whatever comes in. Throws Misread. */
export function parseLocation(value: unknown): string {
  const text = parseUrlTemplate(value);
  if (/\s/.test(text)) throw new Misread(`a URL has no spaces (%20 stands for one); got ${show(text)}`);
  // What begins with a value leads to a path of the same host, whatever the value.
  if (/^(?:https?:\/\/|\/|\{(?!\{)|\$[1-9])/i.test(text)) return text;
  throw expected('a URL that begins with https://, http://, {scheme}:// or /', text);
}

/** An answer with a text, which is a template. Throws Misread. */
export function parseRespond(words: {
  status: unknown;
  body: unknown;
  type?: string | undefined;
}): ActionWords {
  const status = parseStatus(words.status);
  if (status === 204 || status === 304) {
    throw new Misread(`an answer with ${status} has no body: write return ${status}`);
  }
  if (words.body === undefined || words.body === '') {
    throw new Misread(
      `respond ${status} needs a text; return ${status} answers with the gateway's own words`,
    );
  }
  const body = templateText('a text', true)(words.body);
  return { kind: 'respond', status, body, type: words.type ?? PLAIN_TEXT };
}

/** An answer in the gateway's own words; throws Misread. */
export function parseReturn(value: unknown): ActionWords {
  return { kind: 'respond', status: parseStatus(value), body: '', type: PLAIN_TEXT };
}

/** The status of an answer of the gateway's own; throws Misread. */
export function parseStatus(value: unknown): number {
  const status = parseAnswerStatus(value);
  if (REDIRECTS.some(one => Number(one) === status)) {
    throw new Misread(`${status} says where else to look: write redirect ${status} URL`);
  }
  return status;
}
