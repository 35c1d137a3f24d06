import type { TestContext } from 'node:test';
import { type Backend, type BackendConnection, backend } from './backend.ts';
import type { Peer } from './peer.ts';

/** Record types by their names in the specification. */
export const TYPE = {
  begin: 1,
  abort: 2,
  end: 3,
  params: 4,
  stdin: 5,
  stdout: 6,
  stderr: 7,
  data: 8,
  getValues: 9,
  getValuesResult: 10,
  unknown: 11,
} as const;

/** A record as it came over the wire. */
export interface WireRecord {
  readonly type: number;
  readonly id: number;
  readonly content: Buffer;
  readonly padding: number;
}

/** A request as an application reads it. */
export interface FcgiRequest {
  readonly id: number;
  readonly role: number;
  /** Whether the connection is to stay open. */
  readonly keep: boolean;
  /** Name, value, name, value, as they came. */
  readonly pairs: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
  readonly stdin: Buffer;
  /** The records that it came in. */
  readonly records: readonly WireRecord[];
}

/** The bytes of a record. */
export function record(type: number, id: number, content: string | Buffer = '', padding = 0): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const header = Buffer.from([1, type, id >> 8, id & 255, bytes.length >> 8, bytes.length & 255, padding, 0]);
  return Buffer.concat([header, bytes, Buffer.alloc(padding, 0xee)]);
}

/** The bytes of an END_REQUEST record. */
export function endRequest(id = 1, appStatus = 0, protocolStatus = 0, padding = 0): Buffer {
  const content = Buffer.alloc(8);
  content.writeUInt32BE(appStatus >>> 0);
  content[4] = protocolStatus;
  return record(TYPE.end, id, content, padding);
}

/** Output in records of that many content bytes at most, without the end of the stream. */
export function stdout(output: string | Buffer, id = 1, size = 65_535, padding = 0): Buffer {
  const bytes = typeof output === 'string' ? Buffer.from(output, 'latin1') : output;
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    records.push(record(TYPE.stdout, id, bytes.subarray(at, at + size), padding));
  }
  return Buffer.concat(records);
}

/** A whole answer: output, the end of the output, the end of the request. */
export function answer(output: string | Buffer, id = 1): Buffer {
  return Buffer.concat([stdout(output, id), record(TYPE.stdout, id), endRequest(id)]);
}

/** The output of an application that says 200 and a body. */
export function page(body = 'ok', ...lines: string[]): string {
  return ['Content-Type: text/plain', ...lines, '', body].join('\r\n');
}

/** Takes a record. */
export async function readRecord(peer: Peer): Promise<WireRecord> {
  const header = await peer.take(8);
  if (header[0] !== 1) throw new Error(`not a record: ${header.toString('hex')}`);
  const padding = header[6]!;
  const content = await peer.take(header.readUInt16BE(4));
  const filling = await peer.take(padding);
  if (filling.length !== padding) throw new Error('the padding is short');
  return { type: header[1]!, id: header.readUInt16BE(2), content, padding };
}

/** Takes a request up to the end of its variables; the records of its input follow. */
export async function readStart(peer: Peer): Promise<FcgiRequest> {
  const begin = await readRecord(peer);
  if (begin.type !== TYPE.begin) throw new Error(`type ${begin.type} where a request should begin`);
  const records = [begin];
  const params: Buffer[] = [];
  for (;;) {
    const next = await readRecord(peer);
    if (next.type !== TYPE.params || next.id !== begin.id)
      throw new Error(`type ${next.type} among the variables`);
    records.push(next);
    if (next.content.length === 0) break;
    params.push(next.content);
  }
  const pairs = readPairs(Buffer.concat(params));
  const variables = new Map<string, string>();
  for (let i = 0; i < pairs.length; i += 2) variables.set(pairs[i]!, pairs[i + 1]!);
  const role = begin.content.readUInt16BE(0);
  const keep = (begin.content[2]! & 1) !== 0;
  return { id: begin.id, role, keep, pairs, variables, stdin: Buffer.alloc(0), records };
}

/** Takes what is left of a request's input. */
export async function readStdin(peer: Peer, id = 1): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (;;) {
    const next = await readRecord(peer);
    if (next.type !== TYPE.stdin || next.id !== id) throw new Error(`type ${next.type} in the input`);
    if (next.content.length === 0) return Buffer.concat(parts);
    parts.push(next.content);
  }
}

/** Takes a whole request. */
export async function readFcgiRequest(peer: Peer): Promise<FcgiRequest> {
  const start = await readStart(peer);
  return { ...start, stdin: await readStdin(peer, start.id) };
}

/** Name-value pairs; throws if the bytes end inside one. */
export function readPairs(bytes: Buffer): string[] {
  const pairs: string[] = [];
  let at = 0;
  const length = () => {
    if (bytes[at]! < 128) return bytes[at++]!;
    const long = bytes.readUInt32BE(at) & 0x7fffffff;
    at += 4;
    return long;
  };
  const text = (size: number) => {
    if (at + size > bytes.length) throw new Error('the variables end inside a pair');
    return bytes.toString('latin1', at, (at += size));
  };
  while (at < bytes.length) {
    const name = length();
    const value = length();
    pairs.push(text(name), text(value));
  }
  return pairs;
}

/** What an application makes of a request: its output. */
export type App = (request: FcgiRequest) => string | Buffer | Promise<string | Buffer>;

/** Answers requests until the gateway closes; closes after an answer if it was not asked to keep the connection. */
export async function respond(connection: BackendConnection, app: App): Promise<void> {
  for (;;) {
    const request = await readFcgiRequest(connection);
    connection.send(answer(await app(request), request.id));
    if (!request.keep) connection.halfClose();
  }
}

/** A FastCGI application on 127.0.0.1 or a unix socket that answers all its connections at once. */
export function fcgiBackend(t: TestContext, app: App = () => page(), path?: string): Promise<Backend> {
  return backend(t, connection => respond(connection, app), path);
}

/** The backend URL of an application on 127.0.0.1. */
export function fcgiUrl(origin: Backend): string {
  return `fcgi://127.0.0.1:${origin.port}`;
}
