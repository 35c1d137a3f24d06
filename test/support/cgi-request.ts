import type { TestContext } from 'node:test';
import { type Backend, type BackendConnection, backend } from './backend.ts';
import type { Peer } from './peer.ts';

/** A request as an application of the CGI family reads it. */
export interface CgiRequest {
  /** Name, value, name, value, as they came. */
  readonly pairs: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
  readonly stdin: Buffer;
}

/** How an application reads the head of a request. */
export type PairReader = (peer: Peer) => Promise<string[]>;

/** Takes the head of an SCGI request: a netstring of names and values, each with a NUL behind it. */
export async function scgiPairs(peer: Peer): Promise<string[]> {
  const length = await peer.until(':');
  if (!/^(0|[1-9]\d*):$/.test(length)) throw new Error(`not the length of a netstring: ${length}`);
  const text = (await peer.take(Number.parseInt(length, 10))).toString('latin1');
  const comma = (await peer.take(1)).toString('latin1');
  if (comma !== ',') throw new Error(`the netstring ends in ${JSON.stringify(comma)}`);
  if (!text.endsWith('\0')) throw new Error('no NUL behind the last value');
  return text.slice(0, -1).split('\0');
}

/** Takes the head of a uwsgi request: a packet of names and values, each with its size in front. */
export async function uwsgiPairs(peer: Peer): Promise<string[]> {
  const header = await peer.take(4);
  if (header[0] !== 0 || header[3] !== 0) throw new Error(`modifiers ${header[0]} and ${header[3]}`);
  const block = await peer.take(header.readUInt16LE(1));
  const pairs: string[] = [];
  for (let at = 0; at < block.length; ) {
    const size = block.readUInt16LE(at);
    pairs.push(block.toString('latin1', at + 2, at + 2 + size));
    at += 2 + size;
    if (at > block.length) throw new Error('the packet ends inside a string');
  }
  return pairs;
}

/** Takes the head of a request and leaves its body. */
export async function readCgiStart(peer: Peer, read: PairReader): Promise<CgiRequest> {
  const pairs = await read(peer);
  if (pairs.length % 2 !== 0) throw new Error('a name without a value');
  const variables = new Map<string, string>();
  for (let i = 0; i < pairs.length; i += 2) {
    if (variables.has(pairs[i]!)) throw new Error(`${pairs[i]} is there twice`);
    variables.set(pairs[i]!, pairs[i + 1]!);
  }
  return { pairs, variables, stdin: Buffer.alloc(0) };
}

/** Takes a whole request. */
export async function readCgiRequest(peer: Peer, read: PairReader): Promise<CgiRequest> {
  const start = await readCgiStart(peer, read);
  return { ...start, stdin: await peer.take(Number(start.variables.get('CONTENT_LENGTH'))) };
}

/** What an application makes of a request: its output. */
export type CgiApp = (request: CgiRequest) => string | Buffer;

/** An application on 127.0.0.1 that answers one request on each connection and closes it. */
export function cgiBackend(t: TestContext, read: PairReader, app: CgiApp): Promise<Backend> {
  return backend(t, async (connection: BackendConnection) => {
    connection.send(app(await readCgiRequest(connection, read))).halfClose();
  });
}

/** The output of an application that says 200 and a body. */
export function page(body = 'ok', ...lines: string[]): string {
  return ['Content-Type: text/plain', ...lines, '', body].join('\r\n');
}
