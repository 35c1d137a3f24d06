import { readFileSync } from 'node:fs';
import type { Command } from 'commander';

/** Adds `version` and `--version`: what runs here. */
export function addVersion(program: Command): void {
  program.version(versionLine(), '-V, --version', 'print the version');
  program
    .command('version')
    .description('print the versions of Sluice and of Node.js')
    .action(() => {
      process.stdout.write(`${versionLine()}\n`);
    });
}

function versionLine(): string {
  return `sluice ${packageVersion()} (Node.js ${process.versions.node}, ${process.platform} ${process.arch})`;
}

function packageVersion(): string {
  // The package's root is two levels up from the source, three from what was compiled into dist/.
  for (const up of ['../..', '../../..']) {
    try {
      const text = readFileSync(new URL(`${up}/package.json`, import.meta.url), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      // The other level is the root.
    }
  }
  return 'of unknown version';
}
