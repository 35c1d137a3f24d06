import { realpathSync } from 'node:fs';
import { decodedPath } from '../cgi/decoded-path.ts';
import { latin1Path, systemName } from '../cgi/file-lookup.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { FieldLines } from '../fields.ts';
import { quoted } from '../http1/refusal.ts';
import type { Log } from '../log/log.ts';
import { openFailure } from './open-file.ts';
import { serveFile } from './serve-file.ts';

/** The fields in which a backend names a file: nginx's, which is a path of a site, and those of Apache and lighttpd. */
const NAMING = /^(?:(x-accel-redirect)|x-sendfile|x-lighttpd-send-file): ([^\r]*)\r$/im;

/** What the file itself says, or what is not true of it any more. */
const REPLACED =
  /^(?:x-accel-redirect|x-sendfile|x-lighttpd-send-file|content-length|content-range|accept-ranges|etag|last-modified): [^\r]*\r\n/gim;

/** A segment that leads out of the directory it stands in. */
const UPWARDS = /(?:^|\/)\.\.(?:\/|$)/;

/**
 * The file that an answer names in place of its body; undefined: none. A path of X-Accel-Redirect is one of a site,
 * percent-encoded and perhaps with a query, and always begins below the root: it is given decoded and without the slash
 * in front.
 */
export function fileNamedBy(fields: FieldLines): string | undefined {
  const match = NAMING.exec(fields);
  if (match === null) return undefined;
  const value = match[2]!;
  if (match[1] === undefined) return value;
  return decoded(value.replace(/\?.*$/, '')).replace(/^\/+/, '');
}

/** What cannot be decoded stays as it is: no file will have that name. */
function decoded(path: string): string {
  try {
    return decodedPath(path);
  } catch {
    return path;
  }
}

/**
 * Answers with the file that a backend named and the fields that it gave, as far as they are still true. Fails the
 * exchange by `file_refused` if the file does not lie below `root` once links are followed, and by `not_found` if it is
 * not there.
 */
export function sendNamedFile(
  exchange: Exchange,
  root: string,
  file: string,
  fields: FieldLines,
  log: Log,
): void {
  try {
    serveFile(exchange, pathBelow(latin1Path(root), file), fields.replace(REPLACED, ''));
  } catch (thrown) {
    const error = toGatewayError(thrown);
    log.warn('a file that a backend named is not sent', { id: exchange.id, file, reason: error.message });
    exchange.fail(error);
  }
}

/** A relative path is taken below the root. */
function pathBelow(root: string, file: string): string {
  if (UPWARDS.test(file)) throw refused(file, 'a path with .. may lead anywhere');
  const below = realPath(root);
  const path = realPath(file.startsWith('/') ? file : `${root}/${file}`);
  if (path.startsWith(below.endsWith('/') ? below : `${below}/`)) return path;
  throw refused(file, `it is not below ${quoted(root)}, which sendfile-root names`);
}

/** Every link followed. */
function realPath(path: string): string {
  try {
    return realpathSync.native(systemName(path), 'latin1');
  } catch (error) {
    throw openFailure(error as NodeJS.ErrnoException, path);
  }
}

function refused(file: string, why: string): GatewayError {
  return new GatewayError('file_refused', `the backend names the file ${quoted(file)}: ${why}`);
}
