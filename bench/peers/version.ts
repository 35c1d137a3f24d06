import { spawnSync } from 'node:child_process';

/** The first thing that looks like a version in what a command prints; throws when the command fails. */
export function printedVersion(file: string, ...args: readonly string[]): string {
  const run = spawnSync(file, args, { encoding: 'utf8' });
  if (run.error !== undefined) throw new Error(`${file} is not installed`);
  const printed = `${run.stdout}${run.stderr}`;
  if (run.status !== 0) throw new Error(`it does not run: ${complaint(printed)}`);
  return /\d+\.\d+(?:\.\d+)?/.exec(printed)?.[0] ?? 'of unknown version';
}

function complaint(printed: string): string {
  const lines = printed.trim().split('\n');
  return lines.find(line => /error/i.test(line)) ?? lines[0]!;
}
