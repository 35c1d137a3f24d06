import type { Readable } from 'node:stream';
import { isUtf8MimeType, mime, send } from '@fastify/send';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { type FieldLines, firstValue } from '../fields.ts';
import type { OpenFile } from './open-file.ts';

/** How a request for a file is to be answered: which part of it, under which head. */
export interface FileHead {
  /** 200, 206, 304, 412 or 416. */
  readonly status: number;
  /** What describes the file, without its type and length. */
  readonly fields: FieldLines;
  /** The first byte to send, and how many; for a HEAD request how many would be. */
  readonly start: number;
  readonly length: number;
}

/** Where the system shows the files that a process has open. */
const OPEN_FILES = process.platform === 'linux' ? '/proc/self/fd/' : '/dev/fd/';

const OPTIONS = { index: false, dotfiles: 'allow', cacheControl: false, contentType: false } as const;

/** What it may say; all else about the answer is ours. */
const KEPT = ['Accept-Ranges', 'ETag', 'Last-Modified', 'Content-Range'];

const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'cache-control'];
const CONDITIONAL = /^(?:range|if-(?:match|none-match|modified-since|unmodified-since|range)):/im;

/** Descriptions of files that were asked for without conditions, by size and time: they are made of nothing else. */
const known = new Map<string, FieldLines>();
const MOST_KNOWN = 4_096;

/** Whether nothing in a request for a file depends on what the file is like. */
export function isPlain({ fields }: Exchange): boolean {
  return !CONDITIONAL.test(fields);
}

/** What describes a file in an answer of 200 to a plain request; undefined: it has to be asked for first. */
export function knownFields({ size, modified }: OpenFile): FieldLines | undefined {
  return known.get(`${size} ${modified}`);
}

/**
 * Judges the conditions and the range of a request by an open file (RFC 9110, 13 and 14). The library is asked about the
 * descriptor and not the path, so that what it judges is what will be sent, and as for a HEAD request, so that it opens
 * nothing. Rejects with GatewayError where the system does not show open files.
 */
export async function headFor(exchange: Exchange, file: OpenFile): Promise<FileHead> {
  const request = { method: 'HEAD', headers: headersFor(exchange, file.size) };
  const { statusCode, headers } = await send(
    request as unknown as Readable,
    OPEN_FILES + file.descriptor,
    OPTIONS,
  );
  if (statusCode === 404 || statusCode === 500)
    throw new GatewayError(
      'internal_error',
      `open files cannot be looked at below ${OPEN_FILES}: is /proc mounted?`,
    );
  let fields = '';
  for (const name of KEPT) if (headers[name] !== undefined) fields += `${name}: ${headers[name]}\r\n`;
  const length = Number(headers['Content-Length'] ?? 0);
  if (statusCode === 200 && length === file.size && isPlain(exchange)) remember(file, fields);
  const start = /^bytes (\d+)-/.exec(headers['Content-Range'] ?? '');
  return {
    status: statusCode,
    fields,
    start: start === null ? 0 : Number(start[1]),
    length,
  };
}

function remember({ size, modified }: OpenFile, fields: FieldLines): void {
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(`${size} ${modified}`, fields);
}

/** Conditions and ranges mean something to GET and HEAD only, and ranges to GET alone (RFC 9110, 13.2.1 and 14.2). */
function headersFor({ method, fields }: Exchange, size: number): Record<string, string> {
  const headers: Record<string, string> = {};
  if (fields === '' || (method !== 'GET' && method !== 'HEAD')) return headers;
  for (const name of CONDITIONS) take(headers, fields, name);
  if (method !== 'GET') return headers;
  take(headers, fields, 'if-range');
  take(headers, fields, 'range');
  const suffix = /^bytes=-(\d+)$/.exec(headers['range'] ?? '');
  // The last so many bytes of a file that has fewer are all of it (RFC 9110, 14.1.2).
  if (suffix !== null && Number(suffix[1]) > size) headers['range'] = 'bytes=0-';
  return headers;
}

function take(headers: Record<string, string>, fields: FieldLines, name: string): void {
  const value = firstValue(fields, name);
  if (value !== undefined) headers[name] = value;
}

/** The Content-Type of a file by its name; bytes without a meaning if that says nothing. */
export function typeOf(path: string): string {
  const type = mime.getType(path);
  if (type === null) return 'application/octet-stream';
  return isUtf8MimeType(type) ? `${type}; charset=utf-8` : type;
}
