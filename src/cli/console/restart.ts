import type { Command } from 'commander';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';

/** Adds `restart`: new processes for applications that the gateway has started. */
export function addRestart(program: Command): void {
  consoleCommand(
    program,
    'restart',
    'put new processes in the place of applications started by --spawn, one by one',
  )
    .argument('[POOL]', 'whose application (default: all of them)')
    .action(async (pool: string | undefined, options: ConsoleOptions) => {
      const answer = await withGateway(options, client =>
        client.order<object>('restart', { pool }, Number.POSITIVE_INFINITY),
      );
      print(options, answer, () => `restarted: ${pool ?? 'all applications'}`);
    });
}
