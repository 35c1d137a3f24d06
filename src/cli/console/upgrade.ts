import type { Command } from 'commander';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';

const AFTER = `
The new process runs the program and the configuration as they are on the disk now. It takes over the listening sockets,
which are never closed in between; the old one finishes what it has and ends. If the new one cannot start, all stays as it
was, and the answer says why.`;

/** Adds `upgrade`: a new process of the gateway takes over. */
export function addUpgrade(program: Command): void {
  consoleCommand(
    program,
    'upgrade',
    'have a new process of the installed version take over, without a lost request',
  )
    .addHelpText('after', AFTER)
    .action(async (options: ConsoleOptions) => {
      const answer = await withGateway(options, client =>
        client.order<{ pid: number }>('upgrade', {}, Number.POSITIVE_INFINITY),
      );
      print(options, answer, () => `process ${answer.pid} serves now; the old one finishes what it has`);
    });
}
