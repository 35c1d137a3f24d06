import type { Exchange } from '../exchange.ts';
import { type FieldLines, NO_FIELDS } from '../fields.ts';

/** Gives an exchange an answer whose body is there already, in parts; of its request body, what there is is dropped. */
export function writeAnswer(
  exchange: Exchange,
  status: number,
  fields: FieldLines,
  body: readonly Buffer[],
): void {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  exchange.carrier = null;
  exchange.body?.drop();
  // The length of an answer to HEAD frames nothing, so it goes as any other field.
  const line = exchange.method === 'HEAD' && !isBodiless(status) ? `Content-Length: ${length}\r\n` : '';
  exchange.commit(status, '', fields + line, length);
  for (const part of body) exchange.answer.data(part);
  exchange.answer.end(NO_FIELDS);
}

/** Whether an answer of that status has no body, whatever the method (RFC 9110, 6.4.1 and 15.3.6). */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}
