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

interface DrainOptions extends ConsoleOptions {
  readonly wait?: WaitOption;
}

const AFTER = `
An endpoint goes by its name as sluice status shows it, with POOL/ before it where several pools have it. It gets no new
request, its idle connections are closed, and what it works on may finish; sluice enable takes it in again. Exit status 1:
something was left when the time was up.

Examples:
  sluice drain api/10.0.0.7:3000 --wait 30s
  sluice drain 10.0.0.7:3000 --wait`;

/** Adds `drain`: an endpoint finishes what it has and gets nothing new. */
export function addDrain(program: Command): void {
  consoleCommand(program, 'drain', 'give an endpoint nothing new, and let it finish what it has')
    .argument('<ENDPOINT>', 'its name, or POOL/NAME')
    .option('--wait [D]', 'return when it has finished, or when this time is up')
    .addHelpText('after', AFTER)
    .action(drain);
}

async function drain(endpoint: string, options: DrainOptions): Promise<void> {
  const { wait } = options;
  const left = await interruptible(
    `${endpoint} may be draining; sluice enable ${endpoint} ends that`,
    signal =>
      withGateway(options, client =>
        client.order<Remainder>('drain', { endpoint, wait: waitText(wait) }, patience(wait), signal),
      ),
  );
  const done = left.inFlight === 0;
  const words = done ? `drained: ${endpoint}` : `drains: ${endpoint}; ${leftWords(left)}`;
  print(options, left, () => withWarnings(words, left));
  if (wait !== undefined && !done) throw new Failure(`${endpoint}: ${leftWords(left)} ${lateWords(wait)}`);
}
