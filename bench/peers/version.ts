import { spawnSync } from 'node:child_process';

/** The first thing that looks like a version in what a command prints; throws when the command cannot be run. */
export function printedVersion(file: string, ...args: readonly string[]): string {
  const run = spawnSync(file, args, { encoding: 'utf8' });
  if (run.error !== undefined) throw new Error(`${file} is not installed`);
  const printed = `${run.stdout}${run.stderr}`;
  const version = /\d+\.\d+(?:\.\d+)?/.exec(printed);
  if (run.status !== 0 && version === null) throw new Error(`${file} does not work: ${printed.trim()}`);
  return version?.[0] ?? 'of unknown version';
}
