import type { Command } from 'commander';
import type { Remainder } from '../../control.ts';
import { Failure } from '../usage-error.ts';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';
import {
  interruptible,
  lateWords,
  leftWords,
  patience,
  type WaitOption,
  waitText,
  withWarnings,
} from './wait.ts';

interface RemoveOptions extends ConsoleOptions {
  readonly wait?: WaitOption;
}

/** Adds `remove`: a backend or an endpoint leaves its pool. */
export function addRemove(program: Command): void {
  consoleCommand(program, 'remove', 'take a backend or an endpoint out of its pool for good')
    .argument('<NAME>', 'of a backend or an endpoint, or POOL/NAME')
    .option('--wait [D]', 'return when it has finished what it had, or when this time is up')
    .action(remove);
}

async function remove(endpoint: string, options: RemoveOptions): Promise<void> {
  const { wait } = options;
  const left = await interruptible(`${endpoint} may be gone already; sluice status shows it`, signal =>
    withGateway(options, client =>
      client.order<Remainder>('remove', { endpoint, wait: waitText(wait) }, patience(wait), signal),
    ),
  );
  const done = left.inFlight === 0;
  const words = done ? `removed: ${endpoint}` : `leaves: ${endpoint}; ${leftWords(left)}`;
  print(options, left, () => withWarnings(words, left));
  if (wait !== undefined && !done) throw new Failure(`${endpoint}: ${leftWords(left)} ${lateWords(wait)}`);
}
