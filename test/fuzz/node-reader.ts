import { createServer, type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { ReadMessage } from './outcome.ts';

/** What Node's own parser made of the bytes. */
export interface NodeOutcome {
  readonly messages: ReadMessage[];
  error: string;
}

/** Turns of the event loop after which a stream in memory has had time for everything. */
const MOST_TURNS = 50;
const TURNS_FOR_SURPLUS = 2;

/** One end of a connection that lies in memory; what is written to it is dropped. */
class Wire extends Duplex {
  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: string, written: () => void): void {
    written();
  }
}

const running = new Map<Duplex, NodeOutcome>();

const server = createServer({
  keepAliveTimeout: 0,
  requestTimeout: 0,
  headersTimeout: 0,
});
server.on('request', (incoming, answer) => {
  collect(incoming, running.get(incoming.socket), [incoming.method!, incoming.url!]);
  answer.end();
});
server.on('checkExpectation', (incoming, answer) => server.emit('request', incoming, answer));
server.on('clientError', (error, socket) => {
  const outcome = running.get(socket);
  if (outcome !== undefined) outcome.error = error.message;
});

/** Reads bytes with Node's HTTP server until it has as many requests as expected, or an error, or no more. */
export async function nodeRequests(bytes: Buffer, expected: number): Promise<NodeOutcome> {
  const outcome: NodeOutcome = { messages: [], error: '' };
  const wire = new Wire();
  running.set(wire, outcome);
  server.emit('connection', wire);
  wire.push(bytes);
  await settled(outcome, expected);
  wire.destroy();
  running.delete(wire);
  return outcome;
}

/** Reads bytes with Node's HTTP client as the answers to a request; `ends`: the peer closes after them. */
export async function nodeResponses(
  bytes: Buffer,
  method: string,
  expected: number,
  ends: boolean,
): Promise<NodeOutcome> {
  const outcome: NodeOutcome = { messages: [], error: '' };
  const wire = new Wire();
  const outgoing = request({ method, createConnection: () => wire });
  outgoing.on('information', head => note(outcome, head.statusCode, head.statusMessage, head));
  outgoing.on('response', incoming => {
    collect(incoming, outcome, [incoming.statusCode!, incoming.statusMessage!]);
  });
  outgoing.on('upgrade', (incoming: IncomingMessage) => {
    note(outcome, incoming.statusCode!, incoming.statusMessage!, incoming);
  });
  outgoing.on('error', error => {
    outcome.error = error.message;
  });
  outgoing.end();
  wire.push(bytes);
  if (ends) wire.push(null);
  await settled(outcome, expected);
  outgoing.destroy();
  return outcome;
}

function note(
  outcome: NodeOutcome,
  status: number,
  reason: string,
  head: Pick<IncomingMessage, 'httpVersionMinor' | 'rawHeaders'>,
): void {
  const start = [status, reason, head.httpVersionMinor];
  outcome.messages.push({ start, fields: head.rawHeaders, body: '', trailers: [] });
}

function collect(
  incoming: IncomingMessage,
  outcome: NodeOutcome | undefined,
  start: (string | number)[],
): void {
  const message = { start: [...start, incoming.httpVersionMinor], fields: incoming.rawHeaders, body: '' };
  incoming.setEncoding('latin1');
  incoming.on('data', (text: string) => {
    message.body += text;
  });
  incoming.on('error', () => {});
  incoming.on('end', () => outcome?.messages.push({ ...message, trailers: incoming.rawTrailers }));
}

async function settled(outcome: NodeOutcome, expected: number): Promise<void> {
  for (let turns = 0; turns < MOST_TURNS; turns++) {
    if (outcome.error !== '' || outcome.messages.length >= expected) break;
    await turn();
  }
  for (let turns = 0; turns < TURNS_FOR_SURPLUS; turns++) await turn();
}
