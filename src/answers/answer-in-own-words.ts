import type { Exchange } from '../exchange.ts';
import type { FieldLines } from '../fields.ts';
import { ownWords } from './own-words.ts';
import { isBodiless, writeAnswer } from './write-answer.ts';

/** Answers with a status in the gateway's own words, or with the page that stands for it, and with fields beside them. */
export function answerInOwnWords(exchange: Exchange, status: number, fields: FieldLines = ''): void {
  if (isBodiless(status)) {
    writeAnswer(exchange, status, fields, []);
    return;
  }
  const { type, body } = ownWords(exchange, status, '');
  const named = `${fields}Content-Type: ${type}\r\nX-Request-Id: ${exchange.id}\r\n`;
  writeAnswer(exchange, status, named, body);
}
