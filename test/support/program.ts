import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import { findCommand } from './debian.ts';

/** A reason to skip tests that need programs, for the `skip` option; false when all are there. */
export function unlessInstalled(...commands: readonly string[]): string | false {
  const missing = commands.find(command => findCommand(command) === undefined);
  return missing === undefined ? false : `${missing} is not installed`;
}

/** What a program printed, and how it ended. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Runs a program to its end; its output is latin1. */
export function run(t: TestContext, command: string, words: readonly string[]): Promise<Finished> {
  return finish(t, findCommand(command)!, words);
}

/** Runs Node to its end: the one that runs the tests. */
export function runNode(t: TestContext, words: readonly string[]): Promise<Finished> {
  return finish(t, process.execPath, words);
}

async function finish(t: TestContext, path: string, words: readonly string[]): Promise<Finished> {
  const child = spawn(path, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  afterwards(t, () => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('latin1').on('data', text => {
      output[name] += text;
    });
  const [code] = await once(child, 'close');
  return { ...output, code };
}
