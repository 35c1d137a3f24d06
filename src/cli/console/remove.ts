import type { Command } from 'commander';
import type { Remainder } from '../../control.ts';
import { Failure } from '../usage-error.ts';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';
import { interruptible, outcomeOf, type PatienceOptions, patienceFor, waitText } from './wait.ts';

type RemoveOptions = ConsoleOptions & PatienceOptions;

/** Adds `remove`: a backend or an endpoint leaves its pool. */
export function addRemove(program: Command): void {
  consoleCommand(program, 'remove', 'take a backend or an endpoint out of its pool for good')
    .argument('<NAME>', 'of a backend or an endpoint, or POOL/NAME')
    .option('--wait [D]', 'return when it has finished what it had, or when this time is up')
    .option('--tunnels <D>', 'cut upgraded connections that are left after this time, and wait for that')
    .action(remove);
}

async function remove(endpoint: string, options: RemoveOptions): Promise<void> {
  const { wait, tunnels } = options;
  const input = { endpoint, wait: waitText(wait), tunnels };
  const time = patienceFor(options);
  const left = await interruptible(`${endpoint} may be gone already; sluice status shows it`, signal =>
    withGateway(options, client => client.order<Remainder>('remove', input, time, signal)),
  );
  const { words, late } = outcomeOf(endpoint, left, options, ['removed', 'leaves']);
  print(options, left, () => words);
  if (late !== undefined) throw new Failure(late);
}
