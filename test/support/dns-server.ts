import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import { type DnsQuestion, type DnsRecord, readQuestion, writeAnswer } from './dns-message.ts';

/** What is answered: records, an error, nothing at all, or bytes that are no answer. */
export type DnsReply =
  | readonly DnsRecord[]
  | 'NXDOMAIN'
  | 'SERVFAIL'
  | 'REFUSED'
  | 'silence'
  | Buffer
  /** An answer that is cut by UDP and whole by TCP. */
  | { readonly cut: readonly DnsRecord[] }
  /** An answer whose bytes are changed on their way. */
  | { readonly records: readonly DnsRecord[]; readonly damage: (answer: Buffer) => Buffer };

const RCODES = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;

/** What fits into an answer by UDP, as most resolvers allow. */
const DATAGRAM = 1232;

/** A DNS server on 127.0.0.1, by UDP and TCP on one port, that answers what it is told to. */
export class DnsServer {
  /** All that it was asked, in order. */
  readonly questions: DnsQuestion[] = [];
  readonly #replies = new Map<string, DnsReply>();
  readonly #udp: UdpSocket;
  readonly #tcp: Server;
  readonly #streams = new Set<Socket>();
  #closed = false;

  constructor(udp: UdpSocket, tcp: Server) {
    this.#udp = udp;
    this.#tcp = tcp;
    udp.on('message', (query, from) => {
      const answer = this.#answer(query, 'udp');
      if (answer !== undefined) udp.send(answer, from.port, from.address);
    });
    tcp.on('connection', socket => this.#serve(socket));
  }

  /** `127.0.0.1:PORT`, as a configuration names it. */
  get place(): string {
    return `127.0.0.1:${this.#udp.address().port}`;
  }

  /** From now on a question is answered like this; what was never said is NXDOMAIN, or no data if the name has other types. */
  says(name: string, type: string, reply: DnsReply): void {
    this.#replies.set(`${name} ${type}`, reply);
  }

  /** From now on the addresses of a name are these; each with the same time to live, in seconds. */
  has(name: string, addresses: readonly string[], ttl = 60): void {
    const of = (type: 'A' | 'AAAA') =>
      addresses
        .filter(address => address.includes(':') === (type === 'AAAA'))
        .map(data => ({ type, data, ttl }));
    this.says(name, 'A', of('A'));
    this.says(name, 'AAAA', of('AAAA'));
  }

  /** From now on everything that is asked of a name gets this. */
  fails(name: string, reply: 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'silence'): void {
    for (const type of ['A', 'AAAA', 'SRV']) this.says(name, type, reply);
  }

  /** How often it was asked for that. */
  asked(name: string, type: string): number {
    return this.questions.filter(question => question.name === name && question.type === type).length;
  }

  /** Answers nobody any more; a second time it does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const socket of this.#streams) socket.destroy();
    await Promise.all([
      new Promise<void>(resolve => this.#udp.close(resolve)),
      new Promise<void>(resolve => this.#tcp.close(() => resolve())),
    ]);
  }

  #serve(socket: Socket): void {
    this.#streams.add(socket);
    socket.on('close', () => this.#streams.delete(socket));
    socket.on('error', () => {});
    let bytes = Buffer.alloc(0);
    socket.on('data', chunk => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
        const end = 2 + bytes.readUInt16BE(0);
        const answer = this.#answer(bytes.subarray(2, end), 'tcp');
        bytes = bytes.subarray(end);
        if (answer !== undefined) socket.write(Buffer.concat([lengthOf(answer), answer]));
      }
    });
  }

  /** Undefined: none is given. */
  #answer(query: Buffer, transport: DnsQuestion['transport']): Buffer | undefined {
    const { name, type } = readQuestion(query);
    this.questions.push({ name, type, transport });
    const reply = this.#replies.get(`${name} ${type}`) ?? (this.#knows(name) ? [] : 'NXDOMAIN');
    if (reply === 'silence') return undefined;
    if (Buffer.isBuffer(reply)) return reply;
    if (typeof reply === 'string') return writeAnswer(query, RCODES[reply], []);
    if ('damage' in reply) return reply.damage(writeAnswer(query, 0, reply.records));
    const cut = 'cut' in reply && transport === 'udp';
    const answer = writeAnswer(query, 0, 'cut' in reply ? reply.cut : reply, cut);
    return transport === 'udp' && answer.length > DATAGRAM ? writeAnswer(query, 0, [], true) : answer;
  }

  #knows(name: string): boolean {
    return [...this.#replies.keys()].some(key => key.startsWith(`${name} `));
  }
}

/** Starts a DNS server; it is closed after the test. */
export async function dnsServer(t: TestContext): Promise<DnsServer> {
  const tcp = createServer();
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as { port: number };
  const udp = createSocket('udp4');
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  const server = new DnsServer(udp, tcp);
  afterwards(t, () => server.close());
  return server;
}

function lengthOf(answer: Buffer): Buffer {
  return Buffer.from([answer.length >> 8, answer.length & 0xff]);
}
