import type { FieldLines } from '../fields.ts';
import { reasonPhrase } from '../http1/write.ts';

let second = 0;
let written = '';

/** The present time as HTTP writes it (RFC 9110, 5.6.7), made once a second. */
export function httpDate(): string {
  const time = Math.floor(Date.now() / 1_000);
  if (time !== second) {
    second = time;
    written = new Date(time * 1_000).toUTCString();
  }
  return written;
}

/** The status line and end-to-end fields of an answer; a Date is added where the backend named none (RFC 9110, 6.6.1). */
export function answerHead(status: number, reason: string, fields: FieldLines): string {
  const head = `HTTP/1.1 ${status} ${reason === '' ? reasonPhrase(status) : reason}\r\n${fields}`;
  return status < 200 || isDated(fields) ? head : `${head}Date: ${httpDate()}\r\n`;
}

function isDated(fields: FieldLines): boolean {
  return fields.includes('\r\nDate: ') || fields.startsWith('Date: ') || /^date:/im.test(fields);
}
