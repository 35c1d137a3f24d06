import type { Command } from 'commander';
import type { ReloadReport } from '../../control.ts';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';

/** How long the gateway may take to read its configuration, in milliseconds. */
const READING = 60_000;

/** Adds `reload`: the gateway reads its configuration again. */
export function addReload(program: Command): void {
  consoleCommand(
    program,
    'reload',
    'have the gateway read its configuration again; refused as a whole if it is wrong',
  ).action(async (options: ConsoleOptions) => {
    const report = await withGateway(options, client => client.order<ReloadReport>('reload', {}, READING));
    print(options, report, () => reportWords(report));
  });
}

function reportWords({ changes, deferred }: ReloadReport): string {
  if (changes.length + deferred.length === 0) return 'reloaded: nothing has changed';
  return [
    ...(changes.length > 0 ? ['reloaded:', ...changes.map(line => `  ${line}`)] : []),
    ...(deferred.length > 0
      ? ['only after sluice upgrade or a restart:', ...deferred.map(line => `  ${line}`)]
      : []),
  ].join('\n');
}
