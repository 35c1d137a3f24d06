import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { afterwards } from '../../support/afterwards.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import type { Line, Told } from './in-turn.ts';

const LAUNCHER = join(import.meta.dirname, '../../../bin/sluice.js');

/** How a command ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export class RunningCommand {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #closed: Promise<unknown>;

  constructor(t: TestContext, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, [LAUNCHER, ...args], {
      // Where gateways take orders by default: each test has its own place.
      env: { ...process.env, XDG_RUNTIME_DIR: temporaryFolder(t), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#closed = once(this.child, 'close');
    afterwards(t, async () => {
      if (this.child.exitCode === null) this.child.kill('SIGKILL');
      await this.#closed;
    });
  }

  /** The first match of a pattern on standard output, as soon as it is there. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    let match: RegExpExecArray | null = null;
    await eventually(`${pattern} is printed`, () => {
      match = pattern.exec(this.stdout);
      const ended = this.child.exitCode !== null;
      assert.ok(match !== null || !ended, `it ended without ${pattern}: ${this.stdout}${this.stderr}`);
      return match !== null;
    });
    return match!;
  }

  async ended(): Promise<Ended> {
    await this.#closed;
    return { status: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Starts a command line; it is ended after the test at the latest. */
export function startCli(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningCommand {
  return new RunningCommand(t, args, env);
}

/** Commands that go on until they are told to end, or that begin as such: each has a process of its own. */
const LASTING = new Set(['serve', 'demo']);

/** Runs a command line to its end; commands that end by themselves are run one after the other in one process. */
export function runCli(t: TestContext, ...args: string[]): Promise<Ended> {
  const [word = '-'] = args;
  if (word.startsWith('-') || LASTING.has(word)) return startCli(t, args).ended();
  const env = { XDG_RUNTIME_DIR: temporaryFolder(t) };
  const ended = (last ?? Promise.resolve()).then(() => runInTurn({ args, env }));
  last = ended.catch(() => {});
  return ended;
}

/** The command before the next one. */
let last: Promise<unknown> | undefined;
let room: Room | undefined;

/** The process of the commands, and its untimely end. */
interface Room {
  readonly process: ChildProcess;
  readonly fallen: Promise<never>;
}

async function runInTurn(line: Line): Promise<Ended> {
  room ??= openRoom();
  const told = once(room.process, 'message');
  room.process.send(line);
  const [{ left, ...ended }] = (await Promise.race([told, room.fallen])) as [Told];
  assert.equal(left, '', `${line.args.join(' ')} does not end`);
  return ended;
}

/** It ends with the process of the tests, which it does not keep alive. */
function openRoom(): Room {
  const opened = fork(join(import.meta.dirname, 'in-turn.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  opened.unref();
  opened.channel?.unref();
  const fallen = once(opened, 'exit').then(() => {
    throw new Error('the process of the commands has ended');
  });
  fallen.catch(() => {});
  return { process: opened, fallen };
}
