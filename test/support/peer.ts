import type { Socket } from 'node:net';
import { type Head, type Message, readHead, readRequest, readResponse } from './message.ts';

/** How long a test waits for what never comes before it fails, in milliseconds. */
export const GUARD = 5000;

/** The other side closed its connection while something was waited for. */
export class PeerClosed extends Error {}

/** How a connection ended: by FIN, by a reset, or by our own hand. */
export type Ending = 'end' | 'reset' | 'ours';

interface Wait {
  readonly attempt: () => boolean;
  readonly fail: (error: Error) => void;
  readonly what: string;
}

/** One end of a TCP or unix connection that sends and reads exact bytes. A wait that is in vain fails after its guard. */
export class Peer {
  readonly socket: Socket;
  /** How long it waits for anything, in milliseconds; 0: until the connection closes. */
  readonly guard: number;
  /** Set when the other side has closed, or we have. */
  ending: Ending | undefined;
  /** All bytes that ever came. */
  bytesRead = 0;
  #buffer = Buffer.alloc(4096);
  #start = 0;
  #end = 0;
  #waits: Wait[] = [];

  constructor(socket: Socket, guard = GUARD) {
    this.socket = socket;
    this.guard = guard;
    socket.on('data', chunk => this.#append(chunk as Buffer));
    socket.on('end', () => this.#finish('end'));
    socket.on('error', error =>
      this.#finish((error as { code?: string }).code === 'EPIPE' ? 'end' : 'reset'),
    );
    socket.on('close', () => this.#finish('ours'));
  }

  /** What has come and was not taken yet. */
  get pending(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Sends bytes; a string is latin1. */
  send(bytes: string | Buffer): this {
    if (!this.socket.destroyed) this.socket.write(bytes as string, 'latin1');
    return this;
  }

  /** Sends bytes and resolves when the operating system has them all, or the connection is gone. */
  sendAll(bytes: string | Buffer): Promise<void> {
    return new Promise(resolve => {
      this.socket.once('close', resolve);
      this.socket.write(bytes as string, 'latin1', () => {
        this.socket.off('close', resolve);
        resolve();
      });
    });
  }

  /** Closes the sending side. */
  halfClose(): this {
    this.socket.end();
    return this;
  }

  /** Closes by a reset. */
  reset(): void {
    this.#finish('ours');
    this.socket.resetAndDestroy();
  }

  /** Closes both sides at once. */
  close(): void {
    this.#finish('ours');
    this.socket.destroy();
  }

  /** Stops reading, so that the other side's window fills up. */
  pause(): this {
    this.socket.pause();
    return this;
  }

  /** Reads on. */
  resume(): this {
    this.socket.resume();
    return this;
  }

  /** Takes what comes up to and with the text. */
  until(text: string): Promise<string> {
    return this.#wait(JSON.stringify(text), () => {
      const at = this.pending.indexOf(text, 0, 'latin1');
      return at < 0 ? undefined : this.#take(at + text.length).toString('latin1');
    });
  }

  /** Takes so many bytes. */
  take(count: number): Promise<Buffer> {
    return this.#wait(`${count} bytes`, () =>
      this.pending.length < count ? undefined : Buffer.from(this.#take(count)),
    );
  }

  /** Takes a head and leaves what follows it. */
  head(): Promise<Head> {
    return this.#wait('a head', () => {
      const head = readHead(this.pending);
      if (head) this.#take(head.end);
      return head;
    });
  }

  /** Takes a whole request. */
  request(): Promise<Message> {
    return this.#message('a request', () => readRequest(this.pending));
  }

  /** Takes a whole answer to a request of that method, be it a final one or 1xx. */
  response(method = 'GET'): Promise<Message> {
    return this.#message('an answer', () =>
      readResponse(this.pending, method, this.ending === 'end' || this.ending === 'reset'),
    );
  }

  /** Takes so many answers to GET requests. */
  async responses(count: number): Promise<Message[]> {
    const messages: Message[] = [];
    while (messages.length < count) messages.push(await this.response());
    return messages;
  }

  /** Resolves with the way in which the connection ended, once the other side ended it; what came before is kept. */
  closed(): Promise<Ending> {
    return this.#wait('the end of the connection', () => this.ending, true);
  }

  /** Everything that comes until the other side closes. */
  async rest(): Promise<string> {
    await this.closed();
    return this.#take(this.pending.length).toString('latin1');
  }

  #message(what: string, read: () => Message | undefined): Promise<Message> {
    return this.#wait(what, () => {
      const message = read();
      if (message) this.#take(message.size);
      return message;
    });
  }

  #take(count: number): Buffer {
    const bytes = this.#buffer.subarray(this.#start, this.#start + count);
    this.#start += count;
    return bytes;
  }

  #append(chunk: Buffer): void {
    this.bytesRead += chunk.length;
    this.#reserve(chunk.length);
    chunk.copy(this.#buffer, this.#end);
    this.#end += chunk.length;
    this.#settle();
  }

  #reserve(size: number): void {
    if (this.#end + size <= this.#buffer.length) return;
    const pending = this.pending;
    const larger = Buffer.alloc(2 * (pending.length + size));
    pending.copy(larger);
    this.#buffer = larger;
    this.#start = 0;
    this.#end = pending.length;
  }

  #finish(ending: Ending): void {
    this.ending ??= ending;
    this.#settle();
    for (const wait of this.#waits.splice(0)) {
      wait.fail(
        new PeerClosed(`closed (${this.ending}) while ${wait.what} was awaited; ${this.#received()}`),
      );
    }
  }

  #settle(): void {
    for (const wait of this.#waits.slice()) {
      if (wait.attempt()) this.#waits.splice(this.#waits.indexOf(wait), 1);
    }
  }

  #wait<T>(what: string, read: () => T | undefined, evenClosed = false): Promise<T> {
    return new Promise((resolve, reject) => {
      const wait: Wait = { attempt: () => attempt(read, done, fail), fail, what };
      const timer = this.guard > 0 ? setTimeout(() => late(this.#received()), this.guard) : undefined;
      const late = (received: string) => {
        this.#waits.splice(this.#waits.indexOf(wait), 1);
        fail(new Error(`${what} did not come within ${this.guard} ms; ${received}`));
      };
      function done(value: T): void {
        clearTimeout(timer);
        resolve(value);
      }
      function fail(error: Error): void {
        clearTimeout(timer);
        reject(error);
      }
      if (wait.attempt()) return;
      if (this.ending && !evenClosed)
        fail(new PeerClosed(`closed (${this.ending}): no ${what}; ${this.#received()}`));
      else this.#waits.push(wait);
    });
  }

  #received(): string {
    const start = this.pending.subarray(0, 500).toString('latin1');
    return `received and not read: ${this.pending.length} bytes ${JSON.stringify(start)}`;
  }
}

function attempt<T>(
  read: () => T | undefined,
  done: (value: T) => void,
  fail: (error: Error) => void,
): boolean {
  try {
    const value = read();
    if (value === undefined) return false;
    done(value);
  } catch (error) {
    fail(error as Error);
  }
  return true;
}
