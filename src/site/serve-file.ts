import { closeSync, readSync } from 'node:fs';
import type { Exchange } from '../exchange.ts';
import { type FieldLines, firstValue, NO_FIELDS } from '../fields.ts';
import { FileAnswer } from './file-answer.ts';
import { isPlain, knownFields, typeOf } from './file-head.ts';
import { type OpenFile, openFile } from './open-file.ts';

/**
 * Up to this many bytes a file is read at once, without a thread: it lies in the system's memory as a rule, from where it
 * comes in a few microseconds, and a thread would take twenty.
 */
const AT_ONCE = 65_536;

/** Answers with a file, its path latin1, and with `fields` beside what describes it. Throws GatewayError if it cannot be opened. */
export function serveFile(exchange: Exchange, path: string, fields: FieldLines = ''): void {
  const file = openFile(path);
  exchange.body?.drop();
  const type = firstValue(fields, 'content-type') === undefined ? `Content-Type: ${typeOf(path)}\r\n` : '';
  const known = isPlain(exchange) ? knownFields(file) : undefined;
  if (known !== undefined && file.size <= AT_ONCE) {
    answerAtOnce(exchange, file, fields + known + type);
    return;
  }
  const answer = new FileAnswer(exchange, file, fields, type);
  exchange.carrier = answer;
  if (known === undefined) answer.judge();
  else answer.begin({ status: 200, fields: known, start: 0, length: file.size });
}

function answerAtOnce(exchange: Exchange, file: OpenFile, fields: FieldLines): void {
  let body: Buffer | null = null;
  try {
    if (exchange.method !== 'HEAD') body = contentOf(file);
  } finally {
    closeSync(file.descriptor);
  }
  if (body === null) {
    // The length of an answer to HEAD frames nothing, so it goes as any other field.
    exchange.commit(200, '', `${fields}Content-Length: ${file.size}\r\n`, file.size);
  } else {
    exchange.commit(200, '', fields, body.length);
    exchange.answer.data(body);
  }
  exchange.answer.end(NO_FIELDS);
}

/** What the file holds by now, should it have become shorter since it was opened. */
function contentOf({ descriptor, size }: OpenFile): Buffer {
  const buffer = Buffer.allocUnsafe(size);
  const bytes = readSync(descriptor, buffer, 0, size, 0);
  return bytes === size ? buffer : buffer.subarray(0, bytes);
}
