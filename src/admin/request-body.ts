import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** Bytes of a request's body. */
const LARGEST = 64 * 1024;

/** Bytes of a body that is too large which are read all the same: who is cut off while sending does not read why. */
const PATIENCE = 1024 * 1024;

/** The JSON of a request; `{}` if there is none. Rejects with Refusal: another type, too long, not to be read, broken off. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const { 'content-type': type = '', 'content-encoding': coding } = request.headers;
  if (!/^application\/json *(?:; *charset=utf-8 *)?$/i.test(type) || coding !== undefined) {
    throw new Refusal(
      'media_type',
      'expected Content-Type: application/json, and no Content-Encoding; send {} where there is nothing to say',
    );
  }
  const bytes = await readAll(request);
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Refusal('invalid', `the body is not JSON: ${(error as Error).message}`);
  }
}

function readAll(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const tooLarge = new Refusal('too_large', `the body is longer than ${LARGEST} bytes`);
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= LARGEST) chunks.push(chunk);
      else if (length > PATIENCE) reject(tooLarge);
    });
    request.on('end', () => (length > LARGEST ? reject(tooLarge) : resolve(Buffer.concat(chunks))));
    request.on('error', () => reject(new Refusal('invalid', 'the body broke off')));
    request.on('close', () => reject(new Refusal('invalid', 'the body broke off')));
  });
}
