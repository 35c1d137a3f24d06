import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { buildConnector, Client } from 'undici';
import { now } from '../clock.ts';
import type { BackendConfig } from '../config/config.ts';
import { joinHostPort } from '../config/host-port.ts';
import { tlsOptions } from './probe-tls.ts';

type ConnectOptions = NonNullable<Parameters<typeof buildConnector>[0]>;

/** One request of `probe`; the time-out in milliseconds. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string | undefined;
  readonly timeout: number;
  /** How many bytes of the answer's body to keep. */
  readonly shown: number;
}

/** What came back; times in milliseconds from the start. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly bodyBytes: number;
  readonly bodyStart: Buffer;
  readonly connect: number;
  readonly firstByte: number;
  readonly total: number;
  /** What an application said on its error stream; empty for HTTP, which has none. */
  readonly errors: string;
}

/** No answer within the time-out; `phase` says how far it got. */
export class TimedOut extends Error {
  readonly phase: 'connect' | 'head' | 'body';

  constructor(phase: TimedOut['phase']) {
    super(`timed out: ${phase}`);
    this.phase = phase;
  }
}

/** Sends one request by undici and reads the whole answer; rejects with TimedOut or undici's error. */
export async function ask(backend: BackendConfig, question: Question): Promise<Answer> {
  const startedAt = now();
  const elapsed = (): number => now() - startedAt;
  const faults: Error[] = [];
  const client = clientFor(backend, question.timeout, faults);
  let connect = 0;
  let phase: TimedOut['phase'] = 'connect';
  client.on('connect', () => {
    connect = elapsed();
    phase = 'head';
  });
  let late: TimedOut | undefined;
  const timer = setTimeout(() => {
    late = new TimedOut(phase);
    // An abort signal would not be heard while the client connects.
    void client.destroy(late);
  }, question.timeout);
  try {
    const response = await client.request({
      method: question.method as 'GET',
      path: question.path,
      headers: question.fields.flat(),
      body: question.body ?? null,
      responseHeaders: 'raw',
    });
    const firstByte = elapsed();
    phase = 'body';
    const { bytes, start } = await readBody(response.body, question.shown);
    return {
      status: response.statusCode,
      reason: response.statusText || (STATUS_CODES[response.statusCode] ?? ''),
      fields: pairs(response.headers as unknown as readonly string[]),
      bodyBytes: bytes,
      bodyStart: start,
      connect,
      firstByte,
      total: elapsed(),
      errors: '',
    };
  } catch (error) {
    throw late ?? faults[0] ?? error;
  } finally {
    clearTimeout(timer);
    await client.destroy();
  }
}

/** Faults of TLS are added to those given: the client forgets them once the connection has ended as well. */
function clientFor(backend: BackendConfig, timeout: number, faults: Error[]): Client {
  const unix = backend.path !== '';
  const scheme = backend.tls === undefined ? 'http' : 'https';
  const origin = unix ? 'http://localhost' : `${scheme}://${joinHostPort(backend.host, backend.port)}`;
  const path = backend.path.startsWith('@') ? `\0${backend.path.slice(1)}` : backend.path;
  const tls = backend.tls === undefined ? {} : tlsOptions(backend, backend.tls);
  const connector = buildConnector(
    (unix ? { socketPath: path, timeout } : { timeout, ...tls }) as ConnectOptions,
  );
  return new Client(origin, {
    connect: (options, done) =>
      connector(options, (error, socket) => {
        socket?.prependListener('error', fault => isOfTls(fault) && faults.push(fault));
        if (error === null) done(null, socket as Socket);
        else done(error, null);
      }),
    headersTimeout: timeout,
    bodyTimeout: timeout,
    pipelining: 1,
  });
}

function isOfTls(error: NodeJS.ErrnoException): boolean {
  return error.code?.startsWith('ERR_SSL_') === true;
}

async function readBody(
  body: AsyncIterable<Buffer>,
  shown: number,
): Promise<{ bytes: number; start: Buffer }> {
  let bytes = 0;
  let start = Buffer.alloc(0);
  for await (const chunk of body) {
    bytes += chunk.length;
    if (start.length < shown) start = Buffer.concat([start, chunk]).subarray(0, shown);
  }
  return { bytes, start };
}

function pairs(raw: readonly string[]): [string, string][] {
  const fields: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) fields.push([raw[i]!, raw[i + 1]!]);
  return fields;
}
