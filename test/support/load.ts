import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { connect as secure } from 'node:tls';
import { afterwards } from './afterwards.ts';
import { readResponse } from './message.ts';

const REQUEST = 'GET /load HTTP/1.1\r\nHost: example.com\r\n\r\n';

/**
 * Clients that ask at full speed, each one request after the other on a connection that is kept until an answer says
 * `Connection: close`. Whatever else ends a connection is a failure, and so is any status but 200.
 */
export class Load {
  answered = 0;
  /** What went wrong, in words. */
  readonly failures: string[] = [];
  readonly #address: string;
  readonly #sockets = new Set<Socket>();
  #on = true;

  constructor(t: TestContext, address: string, clients: number) {
    this.#address = address;
    for (let i = 0; i < clients; i++) this.#connect();
    afterwards(t, () => this.#destroy());
  }

  /** Lets the last answers come, and closes. */
  async end(): Promise<void> {
    this.#on = false;
    while (this.#sockets.size > 0) await new Promise(resolve => setImmediate(resolve));
  }

  #connect(): void {
    const socket = socketTo(this.#address);
    let buffer = Buffer.alloc(0);
    const next = () => socket.write(REQUEST);
    const leave = () => {
      this.#sockets.delete(socket);
      socket.destroy();
      if (this.#on) this.#connect();
    };
    this.#sockets.add(socket);
    socket.setNoDelay(true).on('connect', next);
    socket.on('data', chunk => {
      buffer = Buffer.concat([buffer, chunk]);
      const answer = readResponse(buffer, 'GET', false);
      if (answer === undefined) return;
      buffer = buffer.subarray(answer.size);
      this.answered++;
      if (answer.status !== 200) this.failures.push(`status ${answer.status}: ${answer.text}`);
      if (this.#on && answer.field('connection') !== 'close') next();
      else leave();
    });
    socket.on('error', error => this.#fail(socket, error.message, leave));
    socket.on('end', () => this.#fail(socket, 'closed without an answer', leave));
  }

  #fail(socket: Socket, words: string, leave: () => void): void {
    if (!this.#sockets.has(socket)) return;
    this.failures.push(words);
    // A gateway that is gone would be asked again at once, for ever.
    if (this.failures.length > 1_000) this.#on = false;
    leave();
  }

  #destroy(): void {
    this.#on = false;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }
}

/** A socket that connects; with TLS it takes what is written before its handshake is complete, too. */
function socketTo(address: string): Socket {
  const { hostname: host, port, pathname, protocol } = new URL(address);
  if (protocol === 'unix:') return connect(pathname);
  if (protocol === 'https:') return secure({ host, port: Number(port), rejectUnauthorized: false });
  return connect(Number(port), host);
}
