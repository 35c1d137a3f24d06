import type { Exchange } from '../exchange.ts';
import type { FieldLines } from '../fields.ts';
import { ownWords } from './own-words.ts';
import { writeAnswer } from './write-answer.ts';

/** What is said of the body that is not sent. */
const OF_THE_BODY =
  /^(?:content-(?:type|length|encoding|language|location|disposition|range|md5|digest)|repr-digest|digest|want-repr-digest|etag|last-modified|accept-ranges|trailer): [^\r]*\r\n/gim;

/**
 * Answers with the page that stands for the status of a backend's answer in place of its body, and with those of its fields
 * that do not describe that.
 */
export function answerInPlace(exchange: Exchange, status: number, fields: FieldLines): void {
  const { type, body } = ownWords(exchange, status, '');
  writeAnswer(exchange, status, `${fields.replace(OF_THE_BODY, '')}Content-Type: ${type}\r\n`, body);
}
