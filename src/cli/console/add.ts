import type { Command } from 'commander';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';

interface Added {
  readonly endpoints: readonly string[];
}

const AFTER = `
Example:
  sluice add api http://10.0.0.8:3000,weight=2`;

/** Adds `add`: one backend more. */
export function addAdd(program: Command): void {
  consoleCommand(program, 'add', 'add a backend to a pool while the gateway runs')
    .argument('<POOL>', 'its name')
    .argument('<BACKEND>', 'a URL with its options, as for sluice serve --backend')
    .addHelpText('after', AFTER)
    .action(async (pool: string, backend: string, options: ConsoleOptions) => {
      const answer = await withGateway(options, client => client.order<Added>('add', { pool, backend }));
      print(options, answer, () => addedWords(pool, answer.endpoints));
    });
}

function addedWords(pool: string, endpoints: readonly string[]): string {
  if (endpoints.length === 0) return `added to ${pool}; its endpoints join when its name has been looked up`;
  return `added to ${pool}: ${endpoints.join(', ')}`;
}
