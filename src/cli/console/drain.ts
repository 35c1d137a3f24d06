import type { Command } from 'commander';
import type { Remainder } from '../../control.ts';
import { Failure } from '../usage-error.ts';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';
import { interruptible, outcomeOf, type PatienceOptions, patienceFor, waitText } from './wait.ts';

type DrainOptions = ConsoleOptions & PatienceOptions;

const AFTER = `
An endpoint goes by its name as sluice status shows it, with POOL/ before it where several pools have it; the name of a
backend stands for all endpoints that it has now, and not for those that it gets later. It gets no new
request, its idle connections are closed, and what it works on may finish; sluice enable takes it in again. Exit status 1:
something was left when the time was up.

Examples:
  sluice drain api/10.0.0.7:3000 --wait 30s
  sluice drain 10.0.0.7:3000 --wait
  sluice drain api.internal:3000 --wait 30s --tunnels 5m`;

/** Adds `drain`: an endpoint finishes what it has and gets nothing new. */
export function addDrain(program: Command): void {
  consoleCommand(program, 'drain', 'give an endpoint nothing new, and let it finish what it has')
    .argument('<ENDPOINT>', 'its name, or POOL/NAME')
    .option('--wait [D]', 'return when it has finished, or when this time is up')
    .option('--tunnels <D>', 'cut upgraded connections that are left after this time, and wait for that')
    .addHelpText('after', AFTER)
    .action(drain);
}

async function drain(endpoint: string, options: DrainOptions): Promise<void> {
  const { wait, tunnels } = options;
  const input = { endpoint, wait: waitText(wait), tunnels };
  const time = patienceFor(options);
  const left = await interruptible(
    `${endpoint} may be draining; sluice enable ${endpoint} ends that`,
    signal => withGateway(options, client => client.order<Remainder>('drain', input, time, signal)),
  );
  const { words, late } = outcomeOf(endpoint, left, options, ['drained', 'drains']);
  print(options, left, () => words);
  if (late !== undefined) throw new Failure(late);
}
