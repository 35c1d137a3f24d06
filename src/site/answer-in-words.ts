import type { Exchange } from '../exchange.ts';
import { type FieldLines, NO_FIELDS } from '../fields.ts';
import { reasonPhrase } from '../http1/write.ts';

/** Answers with a status, fields, and the status in words as the body. What there is of a request body is dropped. */
export function answerInWords(exchange: Exchange, status: number, fields: FieldLines): void {
  exchange.carrier = null;
  exchange.body?.drop();
  const body = Buffer.from(`${status} ${reasonPhrase(status)}\n`, 'latin1');
  const type = 'Content-Type: text/plain; charset=utf-8\r\n';
  const length = exchange.method === 'HEAD' ? `Content-Length: ${body.length}\r\n` : '';
  exchange.commit(status, '', fields + type + length, body.length);
  exchange.answer.data(body);
  exchange.answer.end(NO_FIELDS);
}
