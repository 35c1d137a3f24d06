import type { Command } from 'commander';
import type { AdminClient } from '../../admin/client.ts';
import type { ReloadReport } from '../../control.ts';
import { Failure } from '../usage-error.ts';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';
import { printableText } from './printable.ts';

/** How long the gateway may take to read its configuration, in milliseconds. */
const READING = 60_000;

/** Adds `reload`: the gateway reads its configuration again. */
export function addReload(program: Command): void {
  consoleCommand(
    program,
    'reload',
    'have the gateway read its configuration again; refused as a whole if it is wrong',
  ).action(async (options: ConsoleOptions) => {
    const report = await withGateway(options, reload);
    print(options, report, () => reportWords(report));
  });
}

/** A configuration that is wrong is no mistake of this command line. */
async function reload(client: AdminClient): Promise<ReloadReport> {
  const { Refused } = await import('../../admin/client.ts');
  try {
    return await client.order<ReloadReport>('reload', {}, READING);
  } catch (error) {
    if (!(error instanceof Refused) || error.kind !== 'invalid') throw error;
    const lines = error.message.split('\n').map(line => `  ${printableText(line)}`);
    throw new Failure(['nothing is changed, the configuration is wrong:', ...lines].join('\n'));
  }
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
