import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that tests put behind or in front of the gateway, and the Debian package that has it. */
export interface RealProgram {
  readonly command: string;
  readonly package: string;
}

/** All of them. */
export const REAL_PROGRAMS: readonly RealProgram[] = [
  { command: 'nginx', package: 'nginx' },
  { command: 'curl', package: 'curl' },
];

const POLICY = '/usr/sbin/policy-rc.d';
const APT = ['-y', '-qq', '-o', 'DPkg::Lock::Timeout=600'];

/** The path of a command; undefined if it is not installed. Directories of servers count though PATH may lack them. */
export function findCommand(command: string): string | undefined {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return directories.map(directory => join(directory, command)).find(executable);
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs what is missing where that is possible, and says in words what could not be had. */
export function installPrograms(allowed: boolean): string[] {
  const missing = REAL_PROGRAMS.filter(program => !findCommand(program.command));
  if (missing.length === 0) return [];
  const obstacle = whyNot(allowed);
  const failure = obstacle ?? install(missing.map(program => program.package));
  return missing
    .filter(program => !findCommand(program.command))
    .map(program => `tests with ${program.command} are skipped: it is not installed, and ${failure}`);
}

function whyNot(allowed: boolean): string | undefined {
  if (!allowed) return 'nothing is to be installed';
  if (!findCommand('apt-get')) return `there is no apt-get here; install it and run the tests again`;
  if (process.getuid?.() !== 0) return 'only root may install it; run the tests as root once, or install it';
  return undefined;
}

/** Installs packages without starting the services in them; returns what went wrong, in words. */
function install(packages: readonly string[]): string {
  const policyIsOurs = !existsSync(POLICY);
  if (policyIsOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    let result = apt(['install', '--no-install-recommends', ...packages]);
    if (result.status !== 0 && apt(['update']).status === 0)
      result = apt(['install', '--no-install-recommends', ...packages]);
    return result.status === 0
      ? 'its package has no such command'
      : `apt-get failed: ${lastLine(result.stderr)}`;
  } finally {
    if (policyIsOurs) rmSync(POLICY, { force: true });
  }
}

function apt(words: readonly string[]) {
  return spawnSync('apt-get', [...APT, ...words], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function lastLine(text: string | null): string {
  return text?.trim().split('\n').at(-1) ?? 'it said nothing';
}
