import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect as open } from 'node:net';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import { GUARD } from './peer.ts';

/** Where a server listens. */
export type Place = { readonly path: string } | { readonly host: string; readonly port: number };

/** How a server is started. */
export interface ServerCommand {
  readonly name: string;
  readonly file: string;
  readonly words: readonly string[];
  readonly place: Place;
  readonly options?: SpawnOptions;
}

const GRACE = 1000;

/** Servers whose groups have to be ended when the tests break off. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) killGroup(child);
});

/** A server from the system in the foreground, the leader of a process group of its own. */
export class RealServer {
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  /** What it has printed. */
  said = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    running.add(child);
    this.#gone = once(child, 'exit').catch(() => {});
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', text => {
        this.said += text;
      });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends it so that it can reap the processes that it started; after a second, or what it leaves behind, by force. */
  async stop(): Promise<void> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => killGroup(this.#child), GRACE);
    await this.#gone;
    clearTimeout(timer);
    killGroup(this.#child);
    running.delete(this.#child);
  }
}

/** Starts a server and waits until it accepts connections; it is stopped after the test. */
export async function startServer(t: TestContext, command: ServerCommand): Promise<RealServer> {
  const { name, file, words, place, options } = command;
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe'], ...options, detached: true });
  const server = new RealServer(child);
  afterwards(t, () => server.stop());
  await untilAccepting(name, server, place);
  return server;
}

/** A TCP port of 127.0.0.1 that nobody listens on at present, for servers that cannot tell which one they were given. */
export async function freePlace(): Promise<{ host: string; port: number }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return { host: '127.0.0.1', port: address.port };
}

async function untilAccepting(name: string, server: RealServer, place: Place): Promise<void> {
  const deadline = performance.now() + 3 * GUARD;
  while (!(await accepts(place))) {
    if (!server.alive || performance.now() > deadline)
      throw new Error(`${name} did not start; it says: ${server.said}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

function accepts(place: Place): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = open(place);
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group has ended.
  }
}
