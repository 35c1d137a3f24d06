import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Core, pinned } from './machine.ts';

/** What to start: a file, its arguments, and what its environment has besides ours. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Where a program runs: its working folder, which also takes its output, and its core. */
export interface Place {
  readonly folder: string;
  readonly core: Core;
}

const GRACE = 1000;

const running = new Set<Program>();

/** A started program, the leader of its own process group. What it prints goes to NAME.out in its folder. */
export class Program {
  readonly name: string;
  readonly child: ChildProcess;
  /** Resolves when the program is gone, also if it could not be started. */
  readonly exited: Promise<void>;
  readonly #output: string;
  #failure: string | undefined;

  /** Starts it; with `channel`, messages can be exchanged with it (it must be a Node program). */
  constructor(name: string, command: Command, place: Place, channel = false) {
    this.name = name;
    this.#output = join(place.folder, `${name}.out`);
    const output = openSync(this.#output, 'a');
    const [file, ...args] = pinned(place.core, [command.file, ...command.args]);
    this.child = spawn(file!, args, {
      cwd: place.folder,
      env: { ...process.env, ...command.env },
      detached: true,
      stdio: ['ignore', output, output, ...(channel ? (['ipc'] as const) : [])],
    });
    closeSync(output);
    running.add(this);
    this.exited = this.#watch();
  }

  get alive(): boolean {
    return running.has(this);
  }

  /** The number of its process and of its process group. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Everything that it has printed so far. */
  output(): string {
    return readFileSync(this.#output, 'utf8');
  }

  /** Why it is gone, with its last words; for messages. */
  failure(): string {
    const words = this.output().trim().split('\n').slice(-5).join(' / ');
    return `${this.name} ${this.#failure ?? 'is running'}${words === '' ? '' : `: ${words}`}`;
  }

  /** Ends it, so that it can reap its own children; after a second, as nothing that it holds is worth keeping, by force. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), GRACE);
    await this.exited;
    clearTimeout(timer);
  }

  /** Ends it and all of its group at once. */
  kill(): void {
    if (this.pid === 0) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  }

  async #watch(): Promise<void> {
    try {
      const [code, signal] = await once(this.child, 'exit');
      this.#failure = signal === null ? `ended with status ${code}` : `was ended by ${signal}`;
    } catch (error) {
      this.#failure = `could not be started: ${(error as Error).message}`;
    }
    running.delete(this);
    // A leader that ends by itself may leave children behind.
    this.kill();
  }
}

/** Ends every program that was started and still runs, without waiting; fit for the end of the process. */
export function killAll(): void {
  for (const program of running) program.kill();
}
