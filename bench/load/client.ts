import { connect, type Socket } from 'node:net';

/** Where and what a client asks. */
export interface Target {
  readonly port: number;
  readonly path: string;
  /** The source address. */
  readonly from: string;
}

/** Who hears of a client: each call comes once at most, `failed` also later than `sent` and `answered`. */
export interface ClientOwner {
  /** The request has been handed to the operating system. */
  sent(client: Client): void;
  /** A 200 with all of its body is there. */
  answered(client: Client): void;
  failed(client: Client, reason: string): void;
}

/** One connection that makes one request and then stays open. */
export class Client {
  readonly #owner: ClientOwner;
  readonly #socket: Socket;
  #text = '';
  #over = false;

  constructor(target: Target, owner: ClientOwner) {
    this.#owner = owner;
    this.#socket = connect({ host: '127.0.0.1', port: target.port, localAddress: target.from });
    this.#socket
      .once('connect', () => this.#ask(target))
      .on('data', chunk => this.#receive(chunk))
      .on('error', error => this.#fail((error as NodeJS.ErrnoException).code ?? error.message))
      .once('close', () => this.#fail('closed by the gateway'));
  }

  close(): void {
    this.#over = true;
    this.#socket.destroy();
  }

  #ask(target: Target): void {
    const request = `GET ${target.path} HTTP/1.1\r\nHost: 127.0.0.1:${target.port}\r\n\r\n`;
    this.#socket.write(request, () => {
      if (!this.#over) this.#owner.sent(this);
    });
  }

  #receive(chunk: Buffer): void {
    if (this.#over) return;
    this.#text += chunk.toString('latin1');
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#text.slice(0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (!/^HTTP\/1\.1 200\b/.test(head)) this.#fail(`answered ${head.slice(9, 12)}`);
    else if (length === null) this.#fail('answered without Content-Length');
    else if (this.#text.length - end - 4 >= Number(length[1])) this.#complete();
  }

  #complete(): void {
    this.#text = '';
    this.#owner.answered(this);
  }

  #fail(reason: string): void {
    if (this.#over) return;
    this.close();
    this.#owner.failed(this, reason);
  }
}
