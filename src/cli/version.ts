import type { Command } from 'commander';
import { VERSION } from '../admin/version.ts';

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
  return `sluice ${VERSION} (Node.js ${process.versions.node}, ${process.platform} ${process.arch})`;
}
