import { decodedPath, refusedPath } from '../cgi/decoded-path.ts';
import { pathOf } from '../http1/target.ts';
import { percentDecoded } from './percent-decoded.ts';

/** Whether a path needs a closer look; most do not. */
const REMARKABLE = /[%\\;\xc0\xc1\xe0\xf0]|\/\/|\/\.{1,2}(?:\/|$)/;

/** What one reader of a decoded path may take for more than another does. */
const AMBIGUOUS = /[\\;?#]|\/\/|\/\.{1,2}(?:\/|$)|%[0-9a-f]{2}/i;

const ENCODED_SLASH = /%2f/i;

/** A character in more bytes than it needs (RFC 3629, 3): a slash for who does not look closely, and none for who does. */
const OVERLONG = /[\xc0\xc1]|\xe0[\x80-\x9f]|\xf0[\x80-\x8f]/;

const CONTROL = /[\x00-\x1f\x7f]/;
const ENCODED_BUT_SLASH = /%(?!2f)([0-9a-f]{2})/gi;
const DOT_AT_END = /\/\.{1,2}$/;

/** Bounds of what is made of one path: so many readings, and so many characters in all of them. */
const MOST_READINGS = 64;
const MOST_CHARACTERS = 32_768;

type Change = (path: string) => string;

/** What readers of a path do to it, each some of it and in an order of its own. */
const CHANGES: readonly Change[] = [
  path => path.replaceAll('\\', '/'),
  path => path.replace(/\/{2,}/g, '/'),
  path => path.replace(/;[^/]*/g, ''),
  path => path.replace(/;.*$/s, ''),
  path => path.replace(/[?#].*$/s, ''),
  // Two slashes in front begin an authority for who reads a URL there (RFC 3986, 4.2).
  path => path.replace(/^\/{2,}[^/]*/, '') || '/',
  withoutDots,
  path => (DOT_AT_END.test(path) ? withoutDots(path).replace(/(?<=.)\/$/, '') : path),
];

const DECODING_AGAIN: readonly Change[] = [percentDecoded, keepingSlashes];

/**
 * The path of a target, decoded once and byte by byte, if everybody reads it so; undefined: it has more readings. Throws
 * http_request_error for an encoded control character, for UTF-8 that is longer than it has to be, and for a percent sign
 * without two hexadecimal digits.
 */
export function singleReading(target: string): string | undefined {
  const path = pathOf(target);
  if (!REMARKABLE.test(path)) return path;
  const decoded = decodedPath(path);
  refuseOverlong(decoded, path);
  return AMBIGUOUS.test(decoded) || ENCODED_SLASH.test(path) ? undefined : decoded;
}

/**
 * All that the path of a target may be taken for, decoded once first: with an encoded slash or a backslash as a slash or
 * not, slashes merged or not, dot segments resolved or not, parameters cut off or not, decoded again or not, in any
 * order. Throws as `singleReading` does, and where there are more readings than are worth a look.
 */
export function readingsOf(target: string): readonly string[] {
  const path = pathOf(target);
  const decoded: string[] = [];
  for (const sent of closure([path], CHANGES, path)) decoded.push(decodedPath(sent), keepingSlashes(sent));
  const readings = closure(decoded, [...CHANGES, ...DECODING_AGAIN], path);
  for (const reading of readings) {
    refuseOverlong(reading, path);
    if (CONTROL.test(reading))
      throw refusedPath(path, 'a control character may not stand in it, encoded twice or not');
  }
  return [...readings];
}

/** The texts, and whatever comes of them by any number of changes. */
function closure(texts: readonly string[], changes: readonly Change[], path: string): ReadonlySet<string> {
  const found = new Set<string>();
  let characters = 0;
  const add = (text: string) => {
    if (found.has(text)) return;
    characters += text.length;
    if (found.size === MOST_READINGS || characters > MOST_CHARACTERS)
      throw refusedPath(
        path,
        'it can be read in too many ways; send it decoded and without . and .. segments',
      );
    found.add(text);
  };
  texts.forEach(add);
  // What is added meanwhile is come to, too.
  for (const text of found) for (const change of changes) add(change(text));
  return found;
}

/** As RFC 3986, 5.2.4 has it; empty segments count. */
function withoutDots(path: string): string {
  if (!path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [i, segment] of segments.entries()) {
    const dots = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!dots) kept.push(segment);
    else if (i === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}

/** Decoded as by `percentDecoded`, but for the slashes. */
function keepingSlashes(path: string): string {
  return path.replace(ENCODED_BUT_SLASH, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function refuseOverlong(decoded: string, path: string): void {
  if (!OVERLONG.test(decoded)) return;
  throw refusedPath(
    path,
    'it has UTF-8 that is longer than it has to be; send each character in its shortest form',
  );
}
