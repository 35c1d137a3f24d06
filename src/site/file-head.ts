import type { Readable } from 'node:stream';
import { isUtf8MimeType, mime, send } from '@fastify/send';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { type FieldLines, firstValue } from '../fields.ts';

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

const OPTIONS = { index: false, dotfiles: 'allow', cacheControl: false, contentType: false } as const;

/** What it may say; all else about the answer is ours. */
const KEPT = ['Accept-Ranges', 'ETag', 'Last-Modified', 'Content-Range'];

const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'cache-control'];

/**
 * Judges the conditions and the range of a request by an open file (RFC 9110, 13 and 14). The library is asked about the
 * descriptor and not the path, so that what it judges is what will be sent, and as for a HEAD request, so that it opens
 * nothing.
 */
export async function headFor(exchange: Exchange, file: number, size: number): Promise<FileHead> {
  const request = { method: 'HEAD', headers: headersFor(exchange, size) };
  const { statusCode, headers } = await send(request as unknown as Readable, `/dev/fd/${file}`, OPTIONS);
  if (statusCode === 404 || statusCode === 500)
    throw new GatewayError('internal_error', 'open files cannot be looked at by /dev/fd: is /proc mounted?');
  let fields = '';
  for (const name of KEPT) if (headers[name] !== undefined) fields += `${name}: ${headers[name]}\r\n`;
  const start = /^bytes (\d+)-/.exec(headers['Content-Range'] ?? '');
  return {
    status: statusCode,
    fields,
    start: start === null ? 0 : Number(start[1]),
    length: Number(headers['Content-Length'] ?? 0),
  };
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
