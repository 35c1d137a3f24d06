import { connect as open } from 'node:net';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import type { Message } from './message.ts';
import { Peer } from './peer.ts';

/** A connection of a client to an address such as `http://127.0.0.1:8080` or `unix:/path`; closed after the test. */
export function connect(t: TestContext, address: string): Promise<Peer> {
  const socket = address.startsWith('unix:')
    ? open({ path: address.slice(5), allowHalfOpen: true, noDelay: true })
    : open({ ...hostAndPort(address), allowHalfOpen: true, noDelay: true });
  const peer = new Peer(socket);
  afterwards(t, () => peer.close());
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(peer));
    socket.once('error', reject);
  });
}

function hostAndPort(address: string): { host: string; port: number } {
  const url = new URL(address);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) };
}

/** Sends one request over a connection of its own and takes the final answer; 1xx answers are passed over. */
export async function exchange(t: TestContext, address: string, request: string | Buffer): Promise<Message> {
  const client = await connect(t, address);
  client.send(request);
  const method = request.toString('latin1').split(' ')[0]!;
  let answer = await client.response(method);
  while (answer.status < 200) answer = await client.response(method);
  client.close();
  return answer;
}

/** The bytes of a GET request. */
export function get(target = '/', ...lines: string[]): string {
  return [`GET ${target} HTTP/1.1`, 'Host: example.com', ...lines, '', ''].join('\r\n');
}

/** The bytes of a POST request whose body has a Content-Length. */
export function post(target: string, body: string, ...lines: string[]): string {
  const head = [
    `POST ${target} HTTP/1.1`,
    'Host: example.com',
    `Content-Length: ${body.length}`,
    ...lines,
    '',
    '',
  ];
  return head.join('\r\n') + body;
}

/** The bytes of a POST request whose body comes in chunks. */
export function postChunked(target: string, chunks: readonly string[], ...lines: string[]): string {
  const head = [
    `POST ${target} HTTP/1.1`,
    'Host: example.com',
    'Transfer-Encoding: chunked',
    ...lines,
    '',
    '',
  ];
  return `${head.join('\r\n')}${chunks.map(chunk => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
}
