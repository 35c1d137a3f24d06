import type { Command } from 'commander';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';
import { withWarnings } from './wait.ts';

/** Adds `disable`: an endpoint gets nothing new. */
export function addDisable(program: Command): void {
  consoleCommand(program, 'disable', 'give an endpoint nothing new, not even as the last resort')
    .argument('<ENDPOINT>', 'its name, or POOL/NAME')
    .action(async (endpoint: string, options: ConsoleOptions) => {
      const answer = await withGateway(options, client =>
        client.order<{ warnings?: readonly string[] }>('disable', { endpoint }),
      );
      print(options, answer, () => withWarnings(`disabled: ${endpoint}`, answer));
    });
}
