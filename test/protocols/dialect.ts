import type { BackendConnection } from '../support/backend.ts';

/** What an application behind the gateway gets to see of a request. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  /** The value of a request field; undefined: not there. */
  field(name: string): string | undefined;
  readonly body: Buffer;
}

/** What an application answers. */
export interface GivenAnswer {
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** A protocol as a backend speaks it, so that one suite can be played over all of them. */
export interface Dialect {
  readonly name: string;
  /** The backend URL for a port on 127.0.0.1. */
  url(port: number): string;
  /** Reads the next request on a connection. */
  read(connection: BackendConnection): Promise<SeenRequest>;
  /** Reads no more of a request than shows that there is one. */
  readStart(connection: BackendConnection): Promise<unknown>;
  /** The bytes of an answer after which the connection may carry another request. */
  answer(answer: GivenAnswer): Buffer;
}

const http: Dialect = {
  name: 'http',
  url: port => `http://127.0.0.1:${port}`,
  read: connection => connection.request(),
  readStart: connection => connection.head(),
  answer: ({ status, reason, fields, body }) =>
    Buffer.concat([
      Buffer.from(
        [
          `HTTP/1.1 ${status} ${reason}`,
          ...fields.map(([name, value]) => `${name}: ${value}`),
          `Content-Length: ${body.length}`,
          '',
          '',
        ].join('\r\n'),
        'latin1',
      ),
      body,
    ]),
};

const httpChunked: Dialect = {
  ...http,
  name: 'http with chunks',
  answer: ({ status, reason, fields, body }) =>
    Buffer.concat([
      Buffer.from(
        [
          `HTTP/1.1 ${status} ${reason}`,
          ...fields.map(([name, value]) => `${name}: ${value}`),
          'Transfer-Encoding: chunked',
          '',
          '',
        ].join('\r\n'),
        'latin1',
      ),
      ...chunks(body, 50_000),
      Buffer.from('0\r\n\r\n'),
    ]),
};

function* chunks(body: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    yield Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);
  }
}

/** All dialects that the suite is played over. */
export const DIALECTS: readonly Dialect[] = [http, httpChunked];
