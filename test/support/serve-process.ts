import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import { GUARD } from './peer.ts';
import { temporaryFolder } from './socket-path.ts';

const LAUNCHER = join(import.meta.dirname, '..', '..', 'bin', 'sluice.js');

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** `sluice serve` as people run it. */
export class ServeProcess {
  readonly address: string;
  /** How it ended. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #output: readonly string[];

  constructor(child: ChildProcess, address: string, exited: Promise<Exit>, output: readonly string[]) {
    this.#child = child;
    this.address = address;
    this.exited = exited;
    this.#output = output;
  }

  /** What it has printed so far. */
  get output(): string {
    return this.#output.join('');
  }

  get pid(): number {
    return this.#child.pid!;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** Starts `sluice serve` on a port of its own choice; it is killed after the test if it still runs. */
export function serve(t: TestContext, ...flags: string[]): Promise<ServeProcess> {
  return serveBy(t, [...SERVE, '--listen', '127.0.0.1:0', ...flags]);
}

/** The words that start `sluice serve`. */
export const SERVE: readonly string[] = [process.execPath, LAUNCHER, 'serve'];

/** Starts a gateway by any command line; its variables come on top of those of the tests, its descriptors behind the first three. */
export async function serveBy(
  t: TestContext,
  [program = '', ...words]: readonly string[],
  env: NodeJS.ProcessEnv = {},
  descriptors: readonly number[] = [],
): Promise<ServeProcess> {
  const folder = temporaryFolder(t);
  const child = spawn(program, words, {
    // Where a gateway takes orders by default, and where it keeps what lasts: each test has its own place.
    env: { ...process.env, XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...descriptors],
  });
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  afterwards(t, () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    return exited;
  });
  const output: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    const fail = () => reject(new Error(`sluice serve did not start; it said: ${output.join('')}`));
    const timer = setTimeout(fail, 3 * GUARD);
    child.once('exit', fail);
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding('utf8').on('data', text => {
        output.push(text);
        const match = /listening on (http:\/\/[\d.:]+)/.exec(output.join(''));
        if (!match) return;
        clearTimeout(timer);
        resolve(match[1]!);
      });
  });
  return new ServeProcess(child, address, exited, output);
}
