import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';

/** Which core a program gets: the gateway has one to itself, load and backend share the other. */
export type Core = 'gateway' | 'load';

/** Enough for both ends of every connection of the largest scenario. */
const WANTED_FILES = 65_536;

const CORES: Readonly<Record<Core, string>> = { gateway: '0', load: '1' };

/** The command that runs another one on its core; the same command where there is one core only. */
export function pinned(core: Core, command: readonly string[]): readonly string[] {
  return availableParallelism() < 2 ? command : ['taskset', '-c', CORES[core], ...command];
}

/** Raises our limit of open files, which every program that we start inherits, as far as allowed; returns it. */
export function raiseFileLimit(): number {
  const range = `--nofile=${WANTED_FILES}:${WANTED_FILES}`;
  spawnSync('prlimit', [`--pid=${process.pid}`, range], { stdio: 'ignore' });
  const limits = readFileSync('/proc/self/limits', 'latin1');
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 1024);
}

/** The machine in one line: processor, cores, memory, kernel, Node. */
export function describeMachine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const cores = `${availableParallelism()} cores`;
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${cores}, ${memory} GiB, Linux ${release()}, Node ${process.version}`;
}
