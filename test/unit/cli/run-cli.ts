import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { afterwards } from '../../support/afterwards.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/socket-path.ts';

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

/** Runs a command line to its end. */
export function runCli(t: TestContext, ...args: string[]): Promise<Ended> {
  return startCli(t, args).ended();
}
