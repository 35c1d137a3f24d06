import type { Dialect, GivenAnswer } from './dialect.ts';

const http: Dialect = {
  name: 'http',
  reusable: true,
  delimited: true,
  filling: 0,
  anyBytes: true,
  url: port => `http://127.0.0.1:${port}`,
  read: connection => connection.request(),
  readStart: connection => connection.head(),
  readBody: (connection, length) => connection.take(length),
  answer: answer =>
    Buffer.concat([head(answer, `Content-Length: ${answer.body.length}`), ...parts(answer, [answer.body])]),
};

const httpChunked: Dialect = {
  ...http,
  name: 'http with chunks',
  answer: answer =>
    Buffer.concat([
      head(answer, 'Transfer-Encoding: chunked'),
      ...parts(answer, [...chunks(answer.body, 50_000), Buffer.from('0\r\n\r\n')]),
    ]),
};

function head({ status, reason, fields }: GivenAnswer, framing: string): Buffer {
  const lines = fields.map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([`HTTP/1.1 ${status} ${reason}`, ...lines, framing, '', ''].join('\r\n'), 'latin1');
}

function parts({ bodiless }: GivenAnswer, body: readonly Buffer[]): readonly Buffer[] {
  return bodiless ? [] : body;
}

function* chunks(body: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    yield Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);
  }
}

/** HTTP/1.1 with a length and with chunks. */
export const HTTP_DIALECTS: readonly Dialect[] = [http, httpChunked];
