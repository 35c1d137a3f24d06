import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { now } from '../clock.ts';
import type { ByteStream, StreamOwner } from './byte-stream.ts';
import { onlyThree } from './inherited-descriptors.ts';
import { keeper } from './keeper.ts';
import { LineReader } from './line-reader.ts';
import { ProcessGroup } from './process-group.ts';
import { spawnError } from './spawn-error.ts';

/** What is to be run: a file, with no arguments and no shell in between. */
export interface Program {
  /** The path of the file, absolute. */
  readonly file: string;
  readonly directory: string;
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** So many bytes it gets on its standard input, and then the end; 0: /dev/null. */
  readonly inputBytes: number;
  /** Whether the backend has other programs, too. */
  readonly oneOfMany: boolean;
}

/** Milliseconds that a program may go on after it closed its output; then the answer is over and it is ended. */
const LINGER = 2_000;

/** How long nothing may come from those who still hold the output after the program itself has ended, in milliseconds. */
const QUIET = 500;

/** The longest line of an error stream that is reported whole, in bytes. */
const LONGEST_LINE = 4_096;

/**
 * One run of a program as a byte stream: its input is written, its output is read, its error stream goes line by line to
 * the owner. It has ended when the output has and the program too. To destroy it ends the program and all that it started.
 *
 * Starting a process takes the thread a millisecond or two, for which nothing else is done: Node has no other way.
 */
export class ProcessStream implements ByteStream {
  /** How the program ended: its status, or the signal that killed it; both null while it runs. */
  status: number | null = null;
  signal: NodeJS.Signals | null = null;
  private readonly owner: StreamOwner;
  private readonly child: ChildProcess;
  private readonly group: ProcessGroup | null;
  private readonly errors: LineReader;
  private unsent: number;
  private outputEnded = false;
  private ended = false;
  private paused = false;
  private destroyed = false;
  /** Whether anything was read since somebody last asked. */
  private active = false;
  private patience = 0;
  private timer: NodeJS.Timeout | undefined;

  /** Throws GatewayError for a program that the system does not start, as far as it says so at once. */
  constructor(program: Program, owner: StreamOwner) {
    this.owner = owner;
    this.unsent = program.inputBytes;
    this.errors = new LineReader(LONGEST_LINE, line => owner.diagnostic(line));
    this.child = start(program);
    const { pid } = this.child;
    this.group = pid === undefined ? null : new ProcessGroup(pid);
    this.child.on('spawn', () => this.opened());
    this.child.on('error', error => this.broken(spawnError(program.file, error, program.oneOfMany)));
    this.child.on('exit', (status, signal) => this.exited(status, signal));
    this.listen();
  }

  get writableLength(): number {
    return this.input?.writableLength ?? 0;
  }

  write(bytes: string | Buffer, encoding?: BufferEncoding): boolean {
    const { input } = this;
    if (input === null || input.destroyed) return true;
    this.unsent -= bytes.length;
    const room = input.write(bytes, encoding as BufferEncoding);
    // Programs may read to the end of their input, and would wait for one (RFC 3875, 4.2).
    if (this.unsent <= 0) input.end();
    return room;
  }

  cork(): void {
    this.input?.cork();
  }

  uncork(): void {
    this.input?.uncork();
  }

  end(): void {
    this.input?.end();
  }

  pause(): void {
    this.paused = true;
    this.child.stdout?.pause();
  }

  resume(): void {
    this.paused = false;
    this.child.stdout?.resume();
  }

  setTimeout(milliseconds: number): void {
    this.patience = milliseconds;
    this.input?.setTimeout(milliseconds);
  }

  destroySoon(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    clearTimeout(this.timer);
    const { child } = this;
    child.stdin?.destroy();
    child.stdout?.destroy();
    // While it ends it may still complain, and must not wait for somebody to listen.
    if (this.hasEnded) child.stderr?.destroy();
    else (child.stderr as Socket | null)?.unref();
    if (this.hasEnded && this.outputEnded) this.group?.release();
    else this.group?.end();
    child.unref();
  }

  /** Undefined, whatever the types say, if the gateway had no descriptor left for it. */
  private get input(): Socket | null {
    return (this.child.stdin ?? null) as Socket | null;
  }

  private get hasEnded(): boolean {
    return this.status !== null || this.signal !== null;
  }

  private listen(): void {
    const { input } = this;
    const { stdout, stderr } = this.child;
    // A program need not read what it is given: what it answers is what counts.
    input?.on('error', () => this.drained());
    input?.on('drain', () => this.drained());
    input?.on('timeout', () => this.stalled());
    stdout?.on('data', (chunk: Buffer) => this.received(chunk));
    stdout?.on('end', () => this.outputDone());
    ignoreErrors(stdout);
    stderr?.on('data', (chunk: Buffer) => this.complained(chunk));
    ignoreErrors(stderr);
  }

  private opened(): void {
    now();
    if (!this.destroyed) this.owner.opened();
  }

  private broken(error: Error): void {
    now();
    if (!this.destroyed) this.owner.broken(error);
  }

  private received(chunk: Buffer): void {
    this.active = true;
    if (!this.destroyed) this.owner.received(chunk.length, chunk);
  }

  private complained(chunk: Buffer): void {
    now();
    if (!this.destroyed) this.errors.push(chunk);
  }

  private drained(): void {
    now();
    if (!this.destroyed) this.owner.drained();
  }

  /** A program that writes is not dead, nor is one that cannot because nobody reads. */
  private stalled(): void {
    now();
    if (this.destroyed) return;
    if (!this.active && !this.paused) {
      this.owner.stalled();
      return;
    }
    this.active = false;
    this.input?.setTimeout(this.patience);
  }

  private outputDone(): void {
    if (this.destroyed) return;
    this.outputEnded = true;
    if (this.hasEnded) this.over();
    else this.after(LINGER, () => this.over());
  }

  private exited(status: number | null, signal: NodeJS.Signals | null): void {
    this.status = status;
    this.signal = signal;
    this.group?.leaderEnded();
    if (this.destroyed) this.child.stderr?.destroy();
    else if (this.outputEnded) this.over();
    else this.awaitQuiet();
  }

  /** Others may hold the output, and nothing tells whether they mean to write: they have to, every now and then. */
  private awaitQuiet(): void {
    this.active = false;
    this.after(QUIET, () => {
      if (this.active || this.paused) this.awaitQuiet();
      else this.abandoned();
    });
  }

  private abandoned(): void {
    this.owner.diagnostic(
      `what the program started holds its output and is silent for ${QUIET} ms after the program ended: it is ended, too`,
    );
    this.over();
  }

  private over(): void {
    if (this.ended || this.destroyed) return;
    this.ended = true;
    clearTimeout(this.timer);
    now();
    this.errors.end();
    this.owner.ended();
  }

  private after(milliseconds: number, step: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(step, milliseconds);
  }
}

/** Signals have their usual meaning again in the process: Node sees to that. */
function start({ file, directory, environment, inputBytes, oneOfMany }: Program): ChildProcess {
  keeper.prepare();
  try {
    return spawn(file, [], {
      cwd: directory,
      env: environment as NodeJS.ProcessEnv,
      stdio: onlyThree([inputBytes > 0 ? 'pipe' : 'ignore', 'pipe', 'pipe']),
      detached: true,
    });
  } catch (error) {
    throw spawnError(file, error, oneOfMany);
  }
}

/** What breaks ends, too, and that is heard of. */
function ignoreErrors(stream: Readable | null): void {
  stream?.on('error', () => {});
}
