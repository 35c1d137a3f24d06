import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readlinkSync } from 'node:fs';
import { basename, delimiter, join, resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as rest } from 'node:timers/promises';
import { onlyThree } from '../transport/inherited-descriptors.ts';
import { environmentFor, type HandOver, type Outcome } from './hand-over.ts';

/** The descriptor of the first socket in the new process, after its standard streams. */
const FIRST = 3;

/** How long a process that serves may take to hear that it is alone, in milliseconds. */
const HEARING = 5_000;

/** Longer answers are no answers. */
const LONGEST_ANSWER = 65_536;

/** What is left to a successor, descriptors as this process has them. */
export type Estate = Pick<HandOver, 'sockets' | 'console' | 'orders'>;

/** Started in the place of this process, as the program is installed now, with the same arguments. */
export class Successor {
  readonly #child: ChildProcess;
  /** What it says of its start, or in its stead what became of it. */
  readonly outcome: Promise<Outcome>;
  readonly #pipe: Duplex;

  constructor({ sockets, console, orders }: Estate) {
    const own = console?.descriptor;
    const descriptors = [...sockets.map(({ descriptor }) => descriptor), ...(own === undefined ? [] : [own])];
    const answer = FIRST + descriptors.length;
    const handOver: HandOver = {
      from: process.pid,
      sockets: sockets.map((socket, i) => ({ ...socket, descriptor: FIRST + i })),
      console: console && { ...console, descriptor: own === undefined ? own : FIRST + sockets.length },
      answer,
      orders,
    };
    this.#child = spawn(runtime(), [...process.execArgv, ...process.argv.slice(1)], {
      env: environmentFor(handOver, process.env),
      cwd: otherDirectory(),
      stdio: onlyThree([0, 1, 2, ...descriptors, 'pipe']),
      // What is sent to the group of this process is not meant for the one that goes on.
      detached: true,
    });
    this.#pipe = this.#child.stdio[answer] as Duplex;
    this.outcome = outcomeOf(this.#child, this.#pipe);
  }

  /** Undefined: it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Tells it that it is alone; resolves when it has taken what it waited for, or does not seem to hear. */
  async yieldTo(): Promise<void> {
    const pipe = this.#pipe;
    if (pipe.closed || pipe.readableEnded) return;
    const heard = new Promise(resolve => pipe.once('end', resolve).once('close', resolve));
    pipe.end('\n');
    await Promise.race([heard, rest(HEARING, undefined, { ref: false })]);
  }

  /** Lets it live on when this process ends. */
  leave(): void {
    this.#child.unref();
  }

  /** Ends it: TERM, and KILL after so many milliseconds. */
  end(limit: number): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), limit);
    this.#child.once('exit', () => clearTimeout(timer));
  }
}

/** The runtime by the name by which this process was started, which may be a link to another version by now. */
function runtime(): string {
  const { argv0, execPath } = process;
  if (!basename(argv0).startsWith('node')) return execPath;
  const places = argv0.includes('/')
    ? [resolve(argv0)]
    : (process.env['PATH'] ?? '').split(delimiter).map(at => join(at, argv0));
  return places.find(isExecutable) ?? execPath;
}

/** What has the path of the present working directory if that was deleted, or the root: without one nothing starts. Undefined: it is there. */
function otherDirectory(): string | undefined {
  try {
    const [, before] = /^(.*) \(deleted\)$/s.exec(readlinkSync('/proc/self/cwd')) ?? [];
    if (before === undefined) return undefined;
    return existsSync(before) ? before : '/';
  } catch {
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function outcomeOf(child: ChildProcess, answer: Duplex): Promise<Outcome> {
  return new Promise(settle => {
    const fail = (reason: string) => settle({ ready: false, reasons: [reason] });
    let text = '';
    answer.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.length > LONGEST_ANSWER) fail('the new process answers something else than is expected of it');
      if (text.endsWith('\n')) settle(parse(text));
    });
    answer.on('error', () => {});
    child.on('error', error => fail(`it cannot be started: ${error.message}`));
    // Not the end of the process alone: what it said is read first.
    child.on('close', (code, signal) =>
      fail(`the new process ended by ${signal ?? `status ${code}`} before it was ready`),
    );
  });
}

function parse(text: string): Outcome {
  try {
    return JSON.parse(text) as Outcome;
  } catch {
    return { ready: false, reasons: [`the new process says ${JSON.stringify(text.trim())}`] };
  }
}
