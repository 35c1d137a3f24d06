import { type ErrorKind, GatewayError } from '../errors.ts';

/** The kinds of error that a malformed message can mean: the client's mistake or the backend's. */
export type MessageKind = Extract<ErrorKind, 'http_request_error' | 'http_protocol_error'>;

const NAMES = new Map([
  [0x00, 'NUL'],
  [0x09, 'a tab'],
  [0x0a, 'a line feed'],
  [0x0d, 'a carriage return'],
  [0x20, 'a space'],
]);

/** A byte in words fit for a log line. */
export function byteName(byte: number): string {
  if (byte > 0x20 && byte < 0x7f) return `'${String.fromCharCode(byte)}'`;
  return NAMES.get(byte) ?? `byte 0x${byte.toString(16).padStart(2, '0')}`;
}

/** Outside text in quotation marks, shortened and escaped, fit for a log line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}...` : text);
}

const SIDES = { http_request_error: 'request', http_protocol_error: 'response' } as const;

/** The error for a message that cannot be read: what stands where, then what should stand there. */
export function refusal(kind: MessageKind, what: string): GatewayError {
  return new GatewayError(kind, `${SIDES[kind]} ${what}`);
}
