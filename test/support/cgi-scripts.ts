import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import { eventually } from './eventually.ts';
import { temporaryFolder } from './socket-path.ts';

/** Scripts by their path below the folder: the text of a shell script without its first line, or a whole file. */
export type Scripts = Readonly<Record<string, string>>;

/** A new folder with executable scripts; when the test is over nothing that they started may be left. */
export function cgiFolder(t: TestContext, scripts: Scripts): string {
  const folder = temporaryFolder(t);
  for (const [name, text] of Object.entries(scripts)) addScript(folder, name, text);
  afterwards(t, () => nothingLeft(folder));
  return folder;
}

/** What is left nonetheless fails the test, but not the machine. */
async function nothingLeft(folder: string): Promise<void> {
  try {
    await eventually('no script is left', () => processesOf(folder).length === 0);
  } finally {
    for (const pid of processesOf(folder)) process.kill(pid, 'SIGKILL');
  }
}

/** Adds an executable script to a folder. */
export function addScript(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text.startsWith('#!') ? text : `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A perl script. */
export function perl(text: string): string {
  return `#!/usr/bin/perl\nuse strict;\n$| = 1;\n${text}\n`;
}

/** The numbers of all processes that have the folder in their environment, as scripts in it and their children do. */
export function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && environmentOf(pid).includes(`${folder}/`));
}

/** Empty for a process that has ended, if only its parent does not know yet. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
