import { GatewayError } from '../errors.ts';
import { CONNECTION, CONTENT_LENGTH, listsToken, TRANSFER_ENCODING } from '../fields.ts';
import { contentLength } from './content-length.ts';
import type { HeadFields } from './head.ts';
import { type MessageKind, quoted, refusal } from './refusal.ts';
import { transferEncoding } from './transfer-encoding.ts';

/** A body length that stands for the chunked coding. */
export const CHUNKED = -1;

/** A body length that stands for a body that ends when the peer closes. */
export const UNTIL_CLOSE = -2;

const NOT_SAID = -3;

/**
 * How long a request's body is (RFC 9112, 6.3): bytes, or CHUNKED. Throws http_request_error where two readers could
 * read two lengths, and not_implemented for a transfer coding besides chunked.
 */
export function requestBodyLength(head: HeadFields): number {
  const length = saidLength('http_request_error', head);
  return length === NOT_SAID ? 0 : length;
}

/**
 * How long a response's body is (RFC 9112, 6.3): bytes, CHUNKED or UNTIL_CLOSE. Throws http_protocol_error where two
 * readers could read two lengths. What a 205 frames is to be read and dropped (RFC 9110, 15.3.6).
 */
export function responseBodyLength(status: number, requestMethod: string, head: HeadFields): number {
  // Even where they frame nothing: what the answer to a HEAD or a 304 says of the length goes on to the client.
  const length = saidLength('http_protocol_error', head);
  if (status < 200 || status === 204 || status === 304 || requestMethod === 'HEAD') return 0;
  if (requestMethod === 'CONNECT' && status < 300) return 0;
  return length === NOT_SAID ? UNTIL_CLOSE : length;
}

/** Whether the connection persists after this message (RFC 9112, 9.3). */
export function keepsAlive(head: HeadFields): boolean {
  const { codes, count } = head;
  let persists = head.minor === 1;
  for (let i = 0; i < count; i++) {
    if (codes[i] !== CONNECTION) continue;
    const value = head.value(i);
    if (value === 'keep-alive') persists = true;
    else if (listsToken(value, 'close')) return false;
    else if (!persists) persists = listsToken(value, 'keep-alive');
  }
  return persists;
}

function saidLength(kind: MessageKind, head: HeadFields): number {
  const { codes, count } = head;
  let length = NOT_SAID;
  let coding: string | undefined;
  for (let i = 0; i < count; i++) {
    const code = codes[i];
    if (code === CONTENT_LENGTH) length = sameLength(kind, length, head.value(i));
    else if (code === TRANSFER_ENCODING) {
      const value = head.value(i);
      coding = coding === undefined ? value : `${coding}, ${value}`;
    }
  }
  if (coding === undefined) return length;
  if (length !== NOT_SAID) throw refusal(kind, 'has both Content-Length and Transfer-Encoding');
  if (head.minor === 0) throw refusal(kind, 'in HTTP/1.0 has Transfer-Encoding, which came with HTTP/1.1');
  checkCoding(kind, coding);
  return CHUNKED;
}

function sameLength(kind: MessageKind, before: number, value: string): number {
  const length = contentLength(value);
  if (length < 0) throw refusal(kind, `field Content-Length: ${quoted(value)} is no number of bytes`);
  if (before !== NOT_SAID && before !== length) {
    throw refusal(kind, `has two Content-Lengths, ${before} and ${length}`);
  }
  return length;
}

function checkCoding(kind: MessageKind, coding: string): void {
  const meaning = transferEncoding(coding);
  if (meaning === 'chunked') return;
  const what = `field Transfer-Encoding: ${quoted(coding)}; only chunked is understood`;
  if (meaning === 'unsupported' && kind === 'http_request_error') {
    throw new GatewayError('not_implemented', `request ${what}`);
  }
  throw refusal(kind, what);
}
