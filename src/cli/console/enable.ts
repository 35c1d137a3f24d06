import type { Command } from 'commander';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';

/** Adds `enable`: an endpoint gets requests again. */
export function addEnable(program: Command): void {
  consoleCommand(
    program,
    'enable',
    'give an endpoint requests again: ends drain and disable, forgets failures',
  )
    .argument('<ENDPOINT>', 'its name, or POOL/NAME')
    .action(async (endpoint: string, options: ConsoleOptions) => {
      const answer = await withGateway(options, client => client.order<object>('enable', { endpoint }));
      print(options, answer, () => `enabled: ${endpoint}`);
    });
}
