import { pathOf } from '../http1/target.ts';
import { decodedPath, refusedPath } from './decoded-path.ts';

/** Whether a path needs a closer look; most do not. */
const REMARKABLE = /[%\\\x00-\x1f\x7f]|\/\.{1,2}(?:\/|$)/;
const ENCODED_SEPARATOR = /%(?:2f|5c)/i;
const CONTROL = /[\x00-\x1f\x7f]/;
const DOT_SEGMENT = /\/\.{1,2}(?:\/|$)/;

/**
 * The path of a target, decoded once and byte by byte, fit for looking up files: every slash in it was sent as one, no
 * segment is `.` or `..`, and no byte is a control character. Empty segments stay. Throws http_request_error for a path
 * that the system, or a program that is given it, could read in another way.
 */
export function safePath(target: string): string {
  const path = pathOf(target);
  if (!REMARKABLE.test(path)) return path;
  if (ENCODED_SEPARATOR.test(path))
    throw refusedPath(path, 'an encoded slash or backslash cannot name a file');
  const decoded = decodedPath(path);
  if (decoded.includes('\\'))
    throw refusedPath(path, 'a backslash cannot name a file; send / between directories');
  if (CONTROL.test(decoded)) throw refusedPath(path, 'a control character may not stand in it');
  if (DOT_SEGMENT.test(decoded)) throw refusedPath(path, 'leave out the segments . and .., encoded or not');
  return decoded;
}
