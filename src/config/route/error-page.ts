import { extname } from 'node:path';
import type { ErrorPageConfig } from '../config.ts';
import { parseFileName } from '../file-name.ts';
import { expected, Misread, show } from '../misread.ts';
import { unknownWord } from '../nearest.ts';
import { parseStatusesIn } from '../statuses.ts';
import { PLAIN_TEXT } from './target.ts';

/** What a page is, by the end of its name. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.htm': 'text/html; charset=utf-8',
  '.xhtml': 'application/xhtml+xml',
  '.txt': PLAIN_TEXT,
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.svg': 'image/svg+xml',
};

const KEYS = ['file', 'text', 'type', 'intercept'];
const FLAG = "STATUSES=FILE such as '502-504=/srv/down.html'";

/** The statuses that a page is for; throws Misread. */
export const parseErrorStatuses = parseStatusesIn(
  4,
  'statuses from 400 to 599, such as 404, 5xx, 502-504 or 502,503',
);

/** A page for statuses, its file as written. Throws Misread. */
export function errorPage(statuses: unknown, file: unknown, intercept: boolean): ErrorPageConfig {
  const name = parseFileName(file);
  return { statuses: parseErrorStatuses(statuses), file: name, text: '', type: typeOf(name), intercept };
}

function typeOf(file: string): string {
  return TYPES[extname(file).toLowerCase()] ?? TYPES['.html']!;
}

/** A page as a flag says it, `STATUSES=FILE`, with `,intercept` behind it if it takes the place of backends' answers; throws Misread. */
export function parseErrorPage(value: unknown): ErrorPageConfig {
  const equals = typeof value === 'string' ? value.indexOf('=') : -1;
  if (equals < 1) throw expected(FLAG, value);
  const text = value as string;
  const file = text.slice(equals + 1);
  const bare = file.replace(/,intercept$/, '');
  return errorPage(text.slice(0, equals), bare, bare !== file);
}

/** Pages as a route of the file has them: a mapping from statuses to files, or to mappings. Throws Misread. */
export function parseErrors(value: unknown): readonly ErrorPageConfig[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw expected('a mapping from statuses to files, such as { 502-504: down.html }', value);
  }
  return Object.entries(value).map(([statuses, page]) => {
    try {
      return typeof page === 'object' && page !== null
        ? pageOf(statuses, page)
        : errorPage(statuses, page, false);
    } catch (error) {
      throw error instanceof Misread ? new Misread(`${statuses}: ${error.message}`) : error;
    }
  });
}

function pageOf(statuses: string, page: object): ErrorPageConfig {
  const unknown = Object.keys(page).find(key => !KEYS.includes(key));
  if (unknown !== undefined) throw new Misread(unknownWord('key', unknown, KEYS));
  const { file, text, type, intercept = false } = page as Readonly<Record<string, unknown>>;
  if (typeof intercept !== 'boolean')
    throw new Misread(`intercept: expected true or false; got ${show(intercept)}`);
  if ((file === undefined) === (text === undefined))
    throw new Misread('a page is a file or a text: give one of them');
  const kind = type === undefined ? undefined : parseMediaType(type);
  if (file !== undefined) {
    const found = errorPage(statuses, file, intercept);
    return { ...found, type: kind ?? found.type };
  }
  if (typeof text !== 'string' || text === '') throw expected('a text', text);
  return { statuses: parseErrorStatuses(statuses), file: '', text, type: kind ?? textType(text), intercept };
}

/** A text that begins like HTML is meant to be. */
function textType(text: string): string {
  return /^\s*</.test(text) ? TYPES['.html']! : PLAIN_TEXT;
}

/** A Content-Type (RFC 9110, 8.3); throws Misread. */
export function parseMediaType(value: unknown): string {
  if (
    typeof value === 'string' &&
    /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w-]+=(?:[\w.+-]+|"[\x20-\x7e]*"))*$/.test(value)
  )
    return value;
  throw expected('a media type such as text/html; charset=utf-8', value);
}
