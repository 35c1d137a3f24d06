import type { Command } from 'commander';
import { parsePace } from '../../admin/pace.ts';
import type { Resumed } from '../../control.ts';
import { readArgument } from '../probe-arguments.ts';
import { Failure } from '../usage-error.ts';
import { type ConsoleOptions, consoleCommand, print, withGateway } from './gateway.ts';

const AFTER = `
Exit status 1: nothing was held, or a hold had ended by itself before; what was done meanwhile was not alone then.`;

/** Adds `resume`: requests that wait go on. */
export function addResume(program: Command): void {
  consoleCommand(program, 'resume', 'let requests that are held go on, in their order')
    .argument('[TARGET]', 'a pool or a route (default: whatever is held)')
    .option(
      '--pace <RATE>',
      'at most so many that waited, such as 200/s (default: as the backends have room)',
    )
    .addHelpText('after', AFTER)
    .action(resume);
}

async function resume(
  target: string | undefined,
  options: ConsoleOptions & { pace?: string },
): Promise<void> {
  const { pace } = options;
  if (pace !== undefined) readArgument('--pace', () => parsePace(pace));
  const answer = await withGateway(options, client => client.order<Resumed>('resume', { target, pace }));
  const { resumed, lapsed = [] } = answer;
  if (resumed.length > 0 || options.json) print(options, answer, () => resumedWords(answer));
  if (lapsed.length > 0) throw new Failure(`requests went on before this: ${lapsedWords(lapsed)}`);
  if (resumed.length === 0)
    throw new Failure('nothing was held: a hold with --for has perhaps ended by itself');
}

function resumedWords({ resumed, waiting }: Resumed): string {
  return `resumed: ${resumed.join(', ')}; ${waiting === 1 ? '1 request' : `${waiting} requests`} waited`;
}

function lapsedWords(names: readonly string[]): string {
  return `the hold of ${names.join(', ')} had ended by itself after its time (--for)`;
}
